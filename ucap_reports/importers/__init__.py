"""Plan files from tables, Word files and text dumps; what no field takes is kept and reported."""
