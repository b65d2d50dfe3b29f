"""What is said out of politeness around a question, and asks for nothing: 请问一下, 麻烦您帮我查一下, 谢谢."""

from __future__ import annotations

import re

_THANKS = r"(?:非常|十分)?(?:谢谢|多谢|感谢|拜托|辛苦|麻烦)(?:你|您|大家|各位)?[了啦]?"
_GREETING = (
    rf"(?:(?:您|你|大家|各位)好|喂|嗨|哈[喽啰]|打扰(?:一?下|了)|不好意思|抱歉|劳驾|{_THANKS})(?=[,，!！。~、\s]|$)"
)
_WONDER = (
    r"(?:我们?)?想?(?:请问|请教)(?:一?下)?(?:你|您|大家)?|(?:咨询|打听|问)一?下"
    r"|(?:我们?)?想(?:要?知道|[问查](?=一?下)|了解|咨询|打听)(?:一?下)?"
)
_HELP = (
    r"(?:麻烦|烦请|劳烦|有劳|请|能不能|能否|可否|可不可以|可以|能)?(?:你|您|大家)?(?:帮(?:我们?|忙|个忙)?|[给替]我)"
    r"(?:[查看找问搜]|查询)(?:一?下|一?[查看找])?"
    r"|(?:麻烦|烦请|劳烦)(?:你|您|大家)?(?:[查看找问]|告诉我|告知|回答)(?:一?下)?"
)
_OPENING = re.compile(rf"^(?:[\s,，!！。~、:：]*(?:{_GREETING}|{_WONDER}|{_HELP}))+[\s,，!！。~、:：]*")
_CLOSING = re.compile(rf"(?:[\s,，!！。~、?？]+{_THANKS}|谢谢(?:你|您|大家)?[了啦]?)[\s!！。~]*$")
# 到底是谁, 究竟有多少; not 坚持到底.
_EMPHASIS = re.compile(r"(?:到底|究竟)(?=[是有在会能要叫为]|多|几|哪|谁|[什甚]么|怎|何)")
_PARTICLE = re.compile(r"(?<=[\u4e00-\u9fff])[呀啊哦噢嘛哈呗哇啦](?=[\s,，!！。~?？]*$)")
_ENGLISH_OPENING = re.compile(
    r"^(?:(?:hi|hello|hey|excuse me|sorry|good (?:morning|afternoon|evening)|dear \w+|please)\b[\s,!.]*)*"
    r"(?:(?:can|could|would|will) (?:you|anyone|somebody|someone) (?:please |kindly )?"
    r"(?:tell me|let me know|find out|check|look up|help me (?:to )?(?:find(?: out)?|check))(?! about)"
    r"|(?:please )?(?:kindly )?(?:tell me|let me know|help me find out)(?! about)"
    r"|(?:i(?:'d| would)? (?:like|love|want|need) to (?:know|ask|find out)|i(?:'m| am| was)? (?:wonder|wondering)"
    r"|do you (?:happen to )?know|may i ask))?[\s,:]*",
    re.IGNORECASE,
)
_ENGLISH_CLOSING = re.compile(
    r"[\s,.!]*\b(?:please|many thanks|thanks|thank you|cheers)(?: (?:very much|so much|a lot|in advance))?[\s.!]*$",
    re.IGNORECASE,
)
_SHORTEST = 2


def without_politeness(text: str, english: bool) -> str:
    """A question without greetings, thanks, and words that ask for the favour of an answer; itself if they are all."""
    if english:
        plain = _ENGLISH_CLOSING.sub("", _ENGLISH_OPENING.sub("", text))
    else:
        plain = _PARTICLE.sub("", _EMPHASIS.sub("", _CLOSING.sub("", _OPENING.sub("", text))))
    return plain.strip() if len(re.findall(r"\w", plain)) >= _SHORTEST else text
