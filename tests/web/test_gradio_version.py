"""Which Gradio the page's door was checked against."""

from __future__ import annotations

from importlib.metadata import version

CHECKED = "6.31.0"
"""The version whose routes and handling of files were read."""


def test_the_door_was_checked_against_the_gradio_that_is_installed() -> None:
    installed = version("gradio")
    assert installed == CHECKED, (
        f"Gradio {installed} is installed, and web/door/admission.py was checked against {CHECKED}. Read in the new"
        " version:"
        " which routes it has (routes.py) and which of them the page needs; where it takes an object for a file"
        " (is_file_obj_with_meta in gradio_client/utils.py, async_move_files_to_cache and _check_allowed in"
        " processing_utils.py, preprocess of Textbox, Dropdown, UploadButton and Api, anything that reads JSON out of a"
        " text); that _check_allowed still looks at has_launched; how fn_index and api_name choose a function"
        " (get_fn in route_utils.py); and what has no event of its own but a body. Then run"
        " tests/web/test_file_objects.py and the tests in a browser, and set CHECKED here."
    )
