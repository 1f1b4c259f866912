"""The local web application that shows a plan's documents as they are saved; needs the extra `preview`."""
