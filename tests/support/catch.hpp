#pragma once

/// The one place that decides between Catch2 2.13 and 3: tests include this.
#if __has_include(<catch2/catch_all.hpp>)
#  include <catch2/catch_all.hpp>
#else
#  include <catch2/catch.hpp>
#endif
