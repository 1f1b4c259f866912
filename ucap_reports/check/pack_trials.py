"""The trial runs of a pack: its templates filled with the sample summaries, once for all checks and formats."""

from functools import cached_property

from ucap_reports.check.page_trial import PageTrial, try_page
from ucap_reports.check.sample_summaries import sample_summaries
from ucap_reports.template.pack import Pack
from ucap_reports.word.check.word_trial import WordTrial, try_word
from ucap_reports.word.compile.template_opening import dress, open_template


class PackTrials:
    """The samples of a pack, and what its templates print of each, in the order of the samples."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.samples = sample_summaries(pack)

    @cached_property
    def pages(self) -> tuple[PageTrial, ...]:
        """The trials of the page template, which all formats are made from that have no template of their own."""
        return tuple(try_page(self.pack, summary) for summary in self.samples.summaries)

    @cached_property
    def word(self) -> tuple[WordTrial, ...]:
        """The trials of the Word template; none without one.

        Raises ProblemsFound for a template that cannot be opened.
        """
        if self.pack.word_template is None:
            return ()
        opened = open_template(self.pack.word_template)
        dress(opened, self.pack)
        return try_word(opened, self.pack.theme, self.samples.summaries)
