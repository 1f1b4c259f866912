"""From a page template and a summary to page XML, and from page XML to the page tree."""
