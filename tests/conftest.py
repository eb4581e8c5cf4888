"""What all tests share."""

import signal

# A run in the background is started with interrupts ignored, and so would be every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)
