"""The words of the reader's dialog and of the documents tab in both languages; `words.WORDS` has them too."""

from __future__ import annotations

__all__ = ["LIBRARY_WORDS"]

LIBRARY_WORDS: dict[str, tuple[str, str]] = {
    # the dialog
    "view_original": ("原件", "Original"),
    "view_text": ("全文", "Text"),
    "views": ("怎样显示", "How to show it"),
    "tidied": (
        "已整理：断行、分栏、页眉和图片说明等与原件不同，字句未改。",
        "Tidied: line ends, columns, running heads and captions are not as in the original; the words are.",
    ),
    "page_of": ("第 {} 页，共 {} 页", "Page {} of {}"),
    "page_back": ("上一页", "Previous page"),
    "page_on": ("下一页", "Next page"),
    "hit_of": ("第 {} 处，共 {} 处", "Hit {} of {}"),
    "hits_none": ("没有找到", "Not found"),
    "hits_here": ("{} 处", "{} hits"),
    "hit_back": ("上一处", "Previous hit"),
    "hit_on": ("下一处", "Next hit"),
    "article_of": ("第 {} 篇，共 {} 篇", "Article {} of {}"),
    "article_back": ("上一篇", "Previous article"),
    "article_on": ("下一篇", "Next article"),
    "zoom_in": ("放大", "Zoom in"),
    "zoom_out": ("缩小", "Zoom out"),
    "find_here": ("在文中查找", "Find in this text"),
    "download": ("下载原件", "Download the file"),
    "ask_within": ("只问这份文档", "Ask only this document"),
    "page_picture": ("{}，第 {} 页的图像", "{}, picture of page {}"),
    "not_shown": ("看不了原件：{}", "The original cannot be shown: {}"),
    "unmarked": ("这一页没有标记。", "Nothing is marked on this page."),
    "sheet": ("工作表", "Sheet"),
    "rows_of": ("从第 {} 行起，共 {} 行", "From row {} of {}"),
    "rows_back": ("前面的行", "Earlier rows"),
    "rows_on": ("后面的行", "Later rows"),
    "row": ("行", "Row"),
    "no_download": ("这里不提供文件下载。", "Files cannot be downloaded here."),
}
