#include "text_file.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace supervisor {

foreman::expected<std::string> read_file(const std::filesystem::path& file) {
  errno = 0;
  std::ifstream in{file, std::ios::binary};
  std::string content;
  // Reading a folder fails only here, and says so in errno.
  if (in && in.peek() != std::ifstream::traits_type::eof())
    content.assign(std::istreambuf_iterator<char>{in}, {});
  if (errno != 0)
    return foreman::error{foreman::errc::invalid_option,
                          fmt::format("cannot read {}: {}", file.string(),
                                      std::generic_category().message(errno))};
  return content;
}

} // namespace supervisor
