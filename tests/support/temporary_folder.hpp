#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace foreman::test {

/// A folder of its own for a test, gone with all it holds when the test ends.
class temporary_folder {
public:
  temporary_folder() {
    auto name
      = (std::filesystem::temp_directory_path() / "foreman-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::system_error{errno, std::generic_category(), name};
    path_ = std::filesystem::canonical(name); // as programs will call it
  }

  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  const std::filesystem::path& path() const noexcept {
    return path_;
  }

  /// The path of `name` in it.
  std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

  /// Writes a file in it and returns its path.
  std::string write(std::string_view name, std::string_view content) const {
    auto file = *this / name;
    if (!(std::ofstream{file, std::ios::binary} << content).flush())
      throw std::runtime_error{"cannot write " + file};
    return file;
  }

private:
  std::filesystem::path path_;
};

/// The whole content of a file.
inline std::string content_of(const std::string& file) {
  std::ifstream in{file, std::ios::binary};
  if (!in)
    throw std::runtime_error{"cannot read " + file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

} // namespace foreman::test
