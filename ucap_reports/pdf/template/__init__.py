"""From a page template and a summary to page XML, and from that to the page tree."""
