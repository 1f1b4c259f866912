"""Words that no line breaks, although a line may begin in them by the general rules (UAX #14): names with a hyphen of
their own, such as U-CAP, and Japanese words in Katakana, such as プログラム, whose letters have breaks between them.
"""

import re

_KATAKANA = "\u30a1-\u30fa\u30fc-\u30fe"
"""The letters, the long vowel and the iteration marks, without the middle dot, at which a line may end."""
WHOLE_WORD = re.compile(rf"\b[A-Z]-[A-Z]{{2,20}}\b|[{_KATAKANA}]{{2,16}}(?![{_KATAKANA}])")
"""A whole word in running text; longer words in Katakana may be wider than a narrow screen."""
IN_KATAKANA = re.compile(rf"(?<=[{_KATAKANA}])(?=[{_KATAKANA}])")
"""A place in a word in Katakana."""
