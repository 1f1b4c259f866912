"""The comments of a valid YAML file, and the dashes of its lists, which its tree does not have."""

import re

import yaml

_COMMENT = re.compile("#.*")


def comments_and_dashes(text: str) -> tuple[list[tuple[int, str]], list[int]]:
    """Every comment with the place of its number sign, which needs no space before it, and the places of dashes."""
    comments: list[tuple[int, str]] = []
    dashes: list[int] = []
    end = 0
    for token in yaml.scan(text, Loader=yaml.CLoader):
        start = token.start_mark.index
        comments += ((match.start(), match[0].rstrip()) for match in _COMMENT.finditer(text, end, start))
        end = token.end_mark.index
        if isinstance(token, yaml.BlockEntryToken):
            dashes.append(start)
        elif isinstance(token, yaml.ScalarToken) and token.style in {"|", ">"}:  # its header may have a comment
            header = text.find("\n", start, end)
            comments += ((match.start(), match[0].rstrip()) for match in _COMMENT.finditer(text, start, header))
    return comments, dashes
