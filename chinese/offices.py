"""The offices that a person is named with: 副主任, 市委副书记、市长, 局长由…担任.

A role is a whole word: who asks for the 主任 is not told of the 副主任, and 党工委书记 is not 管委会主任.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from chinese.surnames import SURNAMES
from chinese.tokens import frequency, tagged

_HEADS = (
    "董事长|理事长|监事长|秘书长|检察长|总经理|总裁|总监|总工程师|总设计师|经理|行长|院长|校长|园长|所长|站长|馆长|局长|厅长"
    "|部长|处长|科长|司长|署长|州长|省长|市长|区长|县长|镇长|乡长|村长|街道长|会长|社长|台长|队长|组长|厂长|矿长|店长|团长|班长|庭长"
    "|关长|旗长|盟长|社区长|场长|段长|船长|机长|主任|书记|支书|主席|委员长|委员|主编|总编辑|编辑|主播|负责人|联系人|法定代表人|法人代表|法人"
    "|代表|教授|院士|研究员|工程师|设计师|建筑师|医师|医生|护士|教练|教师|老师|导演|会计|律师|法官|秘书|发言人|创始人|合伙人"
)
_ROLE = re.compile(
    rf"(?P<body>[^\W\d_]{{0,16}}?)(?P<before>(?:原任?|前任?|时任|现任|新任|常务|名誉|代|代理|第一|执行|首席|分管[^\W\d_]{{1,8}}的)*)"
    rf"(?P<deputy>副?)(?P<head>{_HEADS})"
)
_ENDS = re.compile(rf"(?:{_HEADS})$")
# What may stand between an office and the name that holds it: 局长由|韩立军|担任, 院长:, 书记、.
_BETWEEN = re.compile(r"(?:一职)?(?:由|是|为|系|叫|名叫|[:：]|[,，]|[|\t ])?\s*$")
_AFTER = re.compile(
    r"(?:同志|先生|女士|院士|教授|博士)?(?:[(（][^()（）]{0,12}[)）])?"
    r"(?:,|，|\s)?(?:被任命为|被选举为|当选为?|担任|出任|兼任|接任|就任|升任|任|是|为|系|\n)"
    r"(?P<office>[^,，。;；:：\n]{1,24})"
)


@dataclass(frozen=True, slots=True)
class Role:
    """An office: the body that it belongs to (市委, "" where unsaid), whether a deputy's, and what it is (书记).

    `former` says that it is held no longer: 原县长, 前任局长.
    """

    body: str
    deputy: bool
    head: str
    former: bool = False

    @property
    def name(self) -> str:
        """As it is said, without what says that it is held no longer."""
        return f"{self.body}{'副' if self.deputy else ''}{self.head}"

    def is_other(self, found: Role) -> bool:
        """Whether who holds the other office cannot be meant: another head, a deputy for the chief, another body's."""
        if self.deputy != found.deputy or self.former != found.former:
            return True
        if self.head != found.head and not (self.head in found.head or found.head in self.head):
            return True
        return bool(self.sort and found.sort and self.sort != found.sort) or _other_organ(self.body, found.body)

    @property
    def sort(self) -> str:
        """The sort of body, as far as the word says: a party's, a government's, a congress's."""
        match = _SORT.search(self.body)
        return _SORTS[match.lastgroup] if match is not None and match.lastgroup else ""


_FORMER = re.compile(r"前任|原|前")
_SORTS = {
    "party": "党委",
    "zone": "管委会",
    "congress": "人大",
    "council": "政协",
    "discipline": "纪委",
    "youth": "团委",
}
_SORT = re.compile(
    r"(?P<discipline>纪委|纪检|监委)|(?P<congress>人大)|(?P<council>政协)|(?P<youth>团委|团工委)"
    r"|(?P<zone>管委会|管理委员会)|(?P<party>党工委|党委|党组|省委|市委|区委|县委|州委|镇党委|支部|党总支)"
)


_ORGAN = re.compile(
    r"(?:.*[省市区县旗州镇乡])?(?P<organ>[^省市区县旗州镇乡\W\d]{1,8}[局厅委办处院校所站队])(?:党[组委])?$"
)


def _organ(body: str) -> str:
    """The office, school or hospital that words end with, without its place: 教育局 of 云岭县教育局; "" for none."""
    found = _ORGAN.match(body)
    return found["organ"] if found is not None else ""


def _other_organ(one: str, other: str) -> bool:
    """Whether two bodies are two organs of the same sort: 教育局 and 水利局, not 文旅局 and 文化和旅游局."""
    first, second = sorted((_organ(one), _organ(other)), key=len)
    if not first or first[-1] != second[-1]:
        return False
    rest = iter(second)
    return not all(character in rest for character in first)  # a short form has some of the characters, in order


_NAME_ALONE = re.compile(rf"^(?:[^,，]*(?:{_HEADS}|叫|名叫))?(?P<name>[\u4e00-\u9fff]{{2,3}})(?:同志|先生|女士)?$")


def person_named(words: str) -> str:
    """The name that words are, with an office before it at most: 王明 of 校长王明; "" for 校长, 冠军."""
    found = _NAME_ALONE.match(words.strip("“”\"' "))
    name = found["name"] if found is not None else ""
    is_word = frequency(name) > 0 and list(tagged(name)) != [(name, "nr")]
    return name if name[:1] in SURNAMES and not _ENDS.search(name) and not is_word else ""


_OFFICE_BEFORE = re.compile(
    rf"(?P<office>[^\s,，、:：。;；!！?？“”\"()（）\d]{{0,24}}(?:{_HEADS})(?:、[^\s,，、:：。;；是为]{{2,12}}?){{0,3}})(?:一职)?(?:由|是|为|系|叫|名叫|[:：])?\s?$"
)


def offices_of(folded: str, name: str) -> list[tuple[int, int]]:
    """Where a folded text says what a person is: 县交通局局长|王明, 王明任|县交通局局长, 县交通局局长是|王明."""
    found = []
    for match in re.finditer(re.escape(name), folded):
        before = _OFFICE_BEFORE.search(folded, max(0, match.start() - _LONGEST_OFFICE), match.start())
        after = _AFTER.match(folded, match.end()) or _OFFICE_IN_BRACKETS.match(folded, match.end())
        said = before or after
        if said is not None:
            found.append(said.span("office"))
    return found


_OFFICE_IN_BRACKETS = re.compile(rf"[(（](?P<office>[^()（）,，;；]{{0,24}}(?:{_HEADS}))[)）]")


_LONGEST_OFFICE = 40


def role_asked(words: str) -> Role | None:
    """The office that a question is about, by the words before its question word: 高新区管委会|主任; None for none."""
    bare = re.sub(r"(?:的?(?:姓名|名字|人选)|[是为叫由的、\s])+$", "", words)
    return _last(bare) if _ENDS.search(bare) else None


def roles_at(folded: str, start: int, end: int) -> tuple[Role, ...]:
    """The offices of the person whose name stands at these characters of a folded text; () where none is said.

    The name may have its offices before it within them: 市长|王明, 副书记、市长|王明.
    """
    own = re.match(rf"(?:[^\W\d_]{{0,12}}?副?(?:{_HEADS})[、兼]?){{1,3}}(?=[^\W\d_]{{2,4}}$)", folded[start:end])
    start += own.end() if own is not None else 0
    clause = re.split(r"[。;；\n！？!?]", folded[:start])[-1]
    before = _BETWEEN.sub("", clause)
    found: list[Role] = []
    while _ENDS.search(before):
        role = _last(before)
        if role is None:
            break
        found.append(_with_body(role, before[: len(before) - len(role.name)]))
        cut = before[: len(before) - len(role.name)]
        if not cut.endswith(("、", "兼", "兼任")):
            break
        before = re.sub(r"(?:、|兼任?)$", "", cut)
    after = _AFTER.match(folded, end)
    if after is not None:
        said = ""
        for part in re.split(r"[、兼]", after["office"]):
            last = None
            for match in _ROLE.finditer(part):
                last = match
            if last is not None:
                former = bool(_FORMER.search(last["before"]))
                found.append(_with_body(Role(last["body"], bool(last["deputy"]), last["head"], former), said))
            said += part
    removed = _REMOVED.match(folded, end) if clause.endswith("免去") else None
    if removed is not None and (office := _last(removed["office"])) is not None:
        found.append(replace(office, former=True))
    if not found and clause == "":
        found.extend(_line_above(folded, start))
    return tuple(found)


_REMOVED = re.compile(r"(?:同志)?的?(?P<office>[^,，。;；:：\n]{1,24})职务")
_OF_ORGANS = frozenset("局长 厅长 处长 院长 校长 所长 站长 队长 主任 书记".split())
_NAMED_ORGAN = re.compile(rf"[^\s,，、:：。;；“”\"()（）]{{1,12}}?[局厅办处院校所站队](?=党组|党委|{_HEADS}|副)")


def _with_body(role: Role, before: str) -> Role:
    """An office that names no body, with the last one that an office before it has: 县水利局党组书记、|局长."""
    is_theirs = not role.body and role.head in _OF_ORGANS
    named = list(_NAMED_ORGAN.finditer(before)) if is_theirs else []
    return replace(role, body=named[-1].group()) if named else role


def _line_above(folded: str, start: int) -> list[Role]:
    """An office on the line above a name that begins its own."""
    line = folded[:start].rstrip("\n").rpartition("\n")[2] if start and folded[start - 1] == "\n" else ""
    role = _last(line) if _ENDS.search(line) else None
    return [role] if role is not None else []


def _last(words: str) -> Role | None:
    """The office that words end with, its body as far back as the clause goes without a mark."""
    clause = re.split(r"[,，、:：。;；\s“”\"()（）]", words)[-1]
    end = _ENDS.search(clause)
    if end is None:
        return None
    head = end.group()
    rest = clause[: end.start()]
    deputy = rest.endswith("副")
    rest = rest.removesuffix("副")
    before = re.search(r"(?:前任|原任?|前|时任|现任|新任|常务|名誉|代理?|第一|执行|首席)+$", rest)
    if before is None:
        return Role(rest, deputy, head)
    return Role(rest[: before.start()], deputy, head, bool(_FORMER.search(before.group())))
