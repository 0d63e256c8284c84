"""The server, and every place where the app leans on what Streamlit does not promise.

As it is in Streamlit 1.67. Each of these is tried by a canary in ``tests/ui/test_seams.py``, which
says what to do when a new Streamlit breaks it; without any of the first sixteen the app still
works:

- ``bursts``: its messages to the browser are read to see where a run ends; a page is then drawn
  once and not piece by piece. What cannot be read passes at once.
- ``assets``: its own script's address says where the app lives, for on a sub-page the document's
  address does not; else it is taken to live beside the document.
- ``kept``: an element that is the same as before travels as a reference, so what is large stands
  in an element of its own. Without that it works, and more is sent.
- ``address``: the run's context says whether the learner went through the browser's history, and
  an entry of it is made with ``history.pushState`` for each number that is set. Without these,
  going back leads through states that nobody has chosen.
- ``handover``: each message of a run wakes the server's loop, which then wakes itself; they are
  handed over together. Without it a change takes a fifth more of the server's time.
- ``again``: the run's context says what an element tells the browser, and what inputs there are;
  what is the same as in the run before is told from there, and not made anew. Where its state or
  its messages are kept in another way, all is drawn, and a run takes half as long again.
- ``lookups``: an input is told the whole state of the session to look at one key of it; it is
  given something that looks that key up. A page reads its values past the question whether its run
  is to end. Without these a run takes a third longer.
- ``returning``: a session that is taken up again has a queue of messages, of which what is left is
  not told, and a run's state knows what the browser says of an input. Without these whoever comes
  back in the middle of an answer may find other numbers.
- ``spared``: the theme is put together for each run, and plain data held against every kind of
  table; they are not. Without it a run takes a little longer.
- ``packed``: where its scripts and styles lie, and that their names change with their content, so
  that they can be kept compressed. Others it sends itself, as they are.
- ``pages``: its page's title, which is replaced by each page's own and its preview, and the font
  that the page asks for. Which answer is its page, the tag of its file tells. Where nothing is
  found to replace, or the tag is another, the page passes as it is.
- ``whole``: its number input's way to take a number over, which fails at an infinite whole one.
  Where that is not found, such a number ends the run with an error.
- ``incoming``: what a browser can say, and how an input's value is taken over from it. Without
  that, what no browser says is answered by errors, and fills the log.
- ``tables``: a table takes its edits over by a class that is told nothing of the table, and so is
  told within which rows and columns they may be. Without that, others are answered by errors.
- ``alone``: the address by which the server is known outside is asked for by a function that is
  looked up where it stands. Else a connection from another site may keep everybody waiting.
- ``logs``: Python's own log is all that exceptions are written to, and two loggers are known to
  quote what was sent. Else it may hold what was typed.
- ``app``: routes and middleware stand beside Streamlit's; the policy allows the one inline script
  of its page by its hash; its garbage collection after each run is off (``.streamlit``).

Some stand where they are needed:

- ``ui/server/page.css``: class names of its page, to leave less room and to keep what is out of
  date from fading. Without them a page is less dense, and blinks.
- ``ui/frame.py`` must not stand beside ``pages/``, which Streamlit would take for pages of its own.
- ``ui/session/state.py``: what it does to bound inputs: it knows a choice by its label, reads part
  of a number, fails at an infinite one, and on a change of page now and then forgets one. Where it
  does not, these find nothing to do.
- ``ui/formula/code.py``: its page has fonts of another KaTeX, by the same names, so the app's have
  names of their own.
- ``ui/web/stage/main.js``, ``ui/web/charts/main.js`` and ``ui/web/kept/kept.js``: a component is
  cleaned up, too, when a newer run overtakes one, with its element still in its place. They look
  whether it is, which does no harm where it never happens.
"""
