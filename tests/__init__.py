"""What the product promises, one test a truth."""
