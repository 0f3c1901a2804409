"""Topping off: what a caller of topoff_planned_slots gets."""

from builders import column, new_account, one


def test_a_month_is_filled_and_a_second_call_creates_nothing(db):
    new_account(db, posts_per_week=3)
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 12
    assert one(db, "SELECT topoff_planned_slots('h2o')") == 0
    assert column(db, "SELECT DISTINCT status FROM post_instances") == ["Planned"]
