"""One list of findings: the manual's and the networks'."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import text

from connectors.contract import Issue
from publisher.editorial import submit
from publisher.editorial.checking import Checked
from publisher.editorial.content import DraftContent, MediaUse
from publisher.editorial.extras import Extras, Following
from publisher.errors import Forbidden, Invalid, NotFound
from tests.publisher.editorial.texts import INSULT, PHONE, PRESS
from tests.support.consents import registered
from tests.support.house import TEXT, SmallHouse


def check(small: SmallHouse, content: DraftContent, by: str = "OPER.SAL") -> Checked:
    return submit.check(small.app, small.people[by], small.planteles["SAL"], content)


def rules(checked: Checked) -> set[tuple[str, str]]:
    return {(view.network, view.rule) for view in checked.blocks}


def test_a_clean_text_is_ok_and_weighed_for_each_network(small: SmallHouse) -> None:
    checked = check(small, small.content())
    assert (checked.verdict, checked.blocks) == ("ok", ())
    assert checked.lengths == {
        network: (len(TEXT), 280) for network in ("facebook", "instagram", "x")
    }
    assert checked.manual_version
    assert len(checked.manual_hash) == len(checked.lexicon_hash) == 64


def test_a_finding_points_at_its_words(small: SmallHouse) -> None:
    (finding,) = check(small, small.content(INSULT)).blocks
    assert INSULT[finding.start : finding.end] == finding.fragment
    assert (finding.source, finding.network, finding.rule) == ("manual", "base", "3.1")
    assert finding.explanation
    assert finding.suggestion


def test_a_network_s_own_text_is_judged_and_the_common_one_only_if_somebody_sees_it(
    small: SmallHouse,
) -> None:
    own = small.content(texts={"base": INSULT, "x": TEXT})
    assert rules(check(small, own)) == {("base", "3.1")}
    assert rules(check(small, replace(own, account_ids=small.account_ids("x")))) == set()
    worse = replace(own, texts={"base": TEXT, "x": INSULT})
    assert rules(check(small, worse)) == {("x", "3.1")}
    assert rules(check(small, replace(worse, account_ids=small.account_ids("facebook")))) == set()


def test_an_alt_text_is_judged_too(small: SmallHouse) -> None:
    media = (
        MediaUse(media_id=small.medium("uno"), alt_text="Un salón con dos mesas"),
        MediaUse(media_id=small.medium("dos"), alt_text=PHONE),
    )
    assert ("alt:2", "6.3") in rules(check(small, small.content(media=media)))


def test_only_a_plantel_may_not_say_that_it_is_a_comunicado(small: SmallHouse) -> None:
    content = small.content(PRESS)
    assert rules(check(small, content)) == {("base", "15.1")}
    for by in ("COOR", "DIRV"):
        assert rules(check(small, content, by=by)) == set()


def test_what_a_network_would_refuse_blocks_and_its_warning_flags(small: SmallHouse) -> None:
    small.networks.issues["x"] = (Issue(code="x.text.odd", severity="warn", sentence="Raro."),)
    assert check(small, small.content()).verdict == "flag"
    small.networks.issues["x"] = (Issue(code="x.text.no", severity="block", sentence="Largo."),)
    assert rules(check(small, small.content())) == {("x", "x.text.no")}
    assert check(small, small.content(account_ids=small.account_ids("facebook"))).verdict == "ok"


def test_every_part_of_a_thread_is_judged_and_named(small: SmallHouse) -> None:
    thread = Extras(following=tuple(Following(kind="reply", text=t) for t in (TEXT, INSULT)))
    link = Extras(link="https://bit.ly/3abc", following=(Following(kind="comment", text=PHONE),))
    content = small.content(extras={"x": thread, "facebook": link})
    checked = check(small, content)
    assert {("x:3", "3.1"), ("facebook:2", "6.3")} <= rules(checked)
    assert "facebook:link" in {view.network for view in checked.findings}
    assert checked.following["x"] == ((len(TEXT), 280), (len(INSULT), 280))
    assert checked.lengths["x"] == (len(TEXT), 280)
    assert not {"x:2", "x:3"} & {
        view.network
        for view in check(
            small, replace(content, account_ids=small.account_ids("facebook"))
        ).findings
    }


def test_a_network_s_refusal_of_a_later_part_names_it(small: SmallHouse) -> None:
    thread = Extras(following=(Following(kind="reply", text=TEXT),))
    small.networks.issues["x"] = (
        Issue(code="x.text.too_long", severity="block", sentence="Largo.", part=1),
    )
    assert rules(check(small, small.content(extras={"x": thread}))) == {("x:2", "x.text.too_long")}


def test_two_ways_to_one_network_are_both_asked(small: SmallHouse) -> None:
    with small.app.engine.begin() as connection:
        connection.execute(
            text("UPDATE account SET connector = 'instagram_private' WHERE id = :id"),
            {"id": small.accounts["TOR", "instagram"]},
        )
    ids = (small.accounts["SAL", "instagram"], small.accounts["TOR", "instagram"])
    for way in ("instagram", "instagram_private"):
        small.networks.issues = {way: (Issue(code=way, severity="block", sentence="No."),)}
        checked = check(small, small.content(account_ids=ids), by="COOR")
        assert rules(checked) == {("instagram", way)}


def test_a_picture_that_a_network_would_not_get_blocks(small: SmallHouse) -> None:
    media = tuple(
        MediaUse(media_id=small.medium(name), alt_text="Un salón con dos mesas", credit="Ana")
        for name in ("uno", "dos")
    )
    content = small.content(media=media)
    assert check(small, content).verdict != "block"
    with small.app.engine.begin() as connection:
        connection.execute(
            text("DELETE FROM rendition WHERE network = 'x' AND media_id = :id"),
            {"id": media[1].media_id},
        )
    assert rules(check(small, content)) == {("x", "media.not_prepared")}


def test_consent_of_whoever_is_in_the_picture_is_asked_for(small: SmallHouse) -> None:
    use = MediaUse(media_id=small.medium(), alt_text="Tres personas", persons_in_image=True)
    without = check(small, small.content(media=(use,)))
    consented = check(small, small.content(media=(replace(use, consent_ref=registered(small)),)))
    assert {view.rule for view in without.findings} - {view.rule for view in consented.findings}


def test_checking_reaches_no_further_than_writing(small: SmallHouse) -> None:
    with pytest.raises(Forbidden):
        check(small, small.content(), by="OPER.TOR")
    with pytest.raises(Forbidden):
        check(small, small.content(account_ids=small.account_ids("x", code="TOR")))
    with pytest.raises(Invalid):
        check(small, small.content(media=(MediaUse(media_id=small.medium(code="TOR")),)))
    with pytest.raises(NotFound):
        submit.check(small.app, small.coordinador, 999, small.content())


def test_checking_stores_nothing_and_sends_nothing(small: SmallHouse) -> None:
    check(small, small.content(INSULT))
    with small.app.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM finding")).scalar_one() == 0
    assert {call.verb for call in small.networks.calls} == {"check"}
