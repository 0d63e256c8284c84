"""What this is in one sentence, the network alive, and the way in."""

from ui.scenes import show_welcome
from ui.server.again import again
from ui.words import guide

show_welcome()
again("lessons", guide.all_lessons)
