#pragma once

/// Marks what the shared libraries export; all else is hidden. A class that
/// two libraries know is marked even if it is all inline, so that both mean the
/// same type when it is thrown, caught, or sent as a message.
#define FOREMAN_EXPORT [[gnu::visibility("default")]]
