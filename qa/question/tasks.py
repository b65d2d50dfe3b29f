"""Whether a question wants a text written (a summary, a comparison, advice), which nothing here does."""

from __future__ import annotations

import re

_POLITE = r"^(?:请问?|请你?|帮我|帮忙|麻烦你?|能不能|可以|能否|给我|替我|你|,|，|\s)*"
_WRITTEN = re.compile(
    _POLITE + r"(?:用[^,，。]{1,8})?(?:简单|简要|全面|详细)?(?:地)?"
    r"(?:总结|概括|归纳|提炼|撰写|起草|写一?[篇份段个]|翻译|改写|润色|评价|评论|点评|预测|分析|比较|对比|谈谈|解读)(?![多大高少]|了|出)"
    r"|(?:怎么看|有什么建议|有何建议|给[^,，。]{0,6}建议|值不值得|值得[^,，。?？]{0,8}吗|该不该|应不应该|我应?该[怎如选去买]|哪个更好|你觉得|你认为)"
    r"|^(?:please |can you |could you )*(?:summari[sz]e|compare|translate|rewrite|draft|evaluate|analy[sz]e|predict"
    r"|write (?:a|an|me|the)|give me (?:an overview|a summary|advice)|recommend|suggest)\b"
    r"|\b(?:should i|what do you (?:think|suggest|recommend)|your opinion|is it worth)\b"
)

# 对比去年增长多少 asks for a figure.
_FIGURE_ASKED = re.compile(r"多少|[谁几]|何时|什么时候|哪[年月天]|\bhow (?:much|many)\b")


def wants_text_written(folded: str) -> bool:
    """Whether a folded question asks to sum up, compare, judge or advise: 总结一下…, 你觉得…, compare …."""
    return bool(_WRITTEN.search(folded)) and not _FIGURE_ASKED.search(folded)
