"""The words of the first view, of help, of waiting and of how sure an answer is; `words.WORDS` has them too."""

from __future__ import annotations

__all__ = ["SCRIPT_WORDS", "VIEW_WORDS"]

VIEW_WORDS: dict[str, tuple[str, str]] = {
    "welcome_title": ("问文档，得原句", "Ask the documents, get their own words"),
    "corpus_facts": ("{} 个文件，{} 篇文章", "{} files, {} articles"),
    "corpus_times": ("，{} 至 {}", ", from {} to {}"),
    "corpus_time": ("，{}", ", {}"),
    "try_one": ("可以这样问", "Try one of these"),
    "maybe": ("可能是", "Possibly"),
    "no_date": ("没有日期", "No date given"),
    "no_year": ("{}（没有年份）", "{} (year not given)"),
    "close_meaning": ("意思接近", "Close in meaning"),
    "same_words": ("用词相同", "Same words"),
    "reads_as_answer": ("读来像答案", "Reads like an answer"),
    "level_high": ("高", "high"),
    "level_middle": ("中", "medium"),
    "level_low": ("低", "low"),
    "rightly_none": ("确实没有", "Right, it is not there"),
    "wrongly_none": ("其实有", "It is there"),
    "judge_title": ("正确答案是什么？", "What is the right answer?"),
    "judge_hint": ("可以不填。写下的会用来检验以后的回答。", "May stay empty. What you write tests later answers."),
    "cancel_judging": ("不评了", "Cancel"),
    "back_to_answer": ("回到答案", "Back to the answer"),
    "sending": ("正在查找……", "Looking…"),
    "still": ("还在查找……已等 {} 秒", "Still looking… {} s"),
    "unanswered": (
        "wenju 没有回应。问题还在下面的框里，可以再发一次。",
        "wenju does not respond. Your question is back in the box below; send it again.",
    ),
    "lost": (
        "和 wenju 的连接断了，正在重连……没答完的问题留在框里。",
        "The connection to wenju is lost; reconnecting… An unanswered question stays in the box.",
    ),
    "theme_system": ("外观：跟随系统", "Appearance: as the system"),
    "theme_light": ("外观：浅色", "Appearance: light"),
    "theme_dark": ("外观：深色", "Appearance: dark"),
    "nothing_to_ask": (
        "还没有可问的文档。请在“文档”页添加文件，建好索引就可以提问。",
        "There is nothing to ask yet. Add files under Documents; once they are indexed, ask again.",
    ),
    "nothing_to_ask_here": (
        "还没有可问的文档。请运行 wenju 的人添加文件并建立索引。",
        "There is nothing to ask yet. Ask whoever runs wenju to add files and to build the index.",
    ),
    "index_unusable": (
        "索引暂时用不了。请告诉运行 wenju 的人：原因和办法写在运行 wenju 的终端里。",
        "The index cannot be used now. Tell whoever runs wenju: the terminal running it says why, and what to do.",
    ),
    "help": ("帮助", "Help"),
    "chat_label": ("对话", "Conversation"),
}

SCRIPT_WORDS = (
    "judge_title", "judge_hint", "cancel_judging", "back_to_answer", "sending", "still", "unanswered", "lost",
    "theme_system", "theme_light", "theme_dark", "help", "chat_label", "send", "thanks", "network", "close", "ask",
)  # fmt: skip
"""Those that the page's own scripts say."""
