#include <support/failing_new.hpp>

#include <cstdlib>
#include <new>

namespace {

// 0: all allocations succeed; n: the n-th from now fails.
thread_local std::size_t countdown = 0;

thread_local std::size_t allocations = 0;

} // namespace

void* operator new(std::size_t size) {
  if (void* result = operator new(size, std::nothrow))
    return result;
  throw std::bad_alloc{};
}

// Every form that takes no alignment: AddressSanitizer brings all of them, and
// must find none of its own mixed with these.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  ++allocations;
  if (countdown != 0 && --countdown == 0)
    return nullptr;
  return std::malloc(size == 0 ? 1 : size); // NOLINT
}

void* operator new[](std::size_t size) {
  return operator new(size);
}

void* operator new[](std::size_t size, const std::nothrow_t&) noexcept {
  return operator new(size, std::nothrow);
}

void operator delete(void* memory) noexcept {
  std::free(memory); // NOLINT
}

void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory); // NOLINT
}

void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory); // NOLINT
}

void operator delete[](void* memory) noexcept {
  std::free(memory); // NOLINT
}

void operator delete[](void* memory, std::size_t) noexcept {
  std::free(memory); // NOLINT
}

void operator delete[](void* memory, const std::nothrow_t&) noexcept {
  std::free(memory); // NOLINT
}

namespace foreman::test {

failing_new::failing_new(std::size_t granted) noexcept {
  countdown = granted + 1;
}

failing_new::~failing_new() {
  countdown = 0;
}

bool failing_new::happened() const noexcept {
  return countdown == 0;
}

counted_new::counted_new() noexcept : before_{allocations} {}

std::size_t counted_new::so_far() const noexcept {
  return allocations - before_;
}

} // namespace foreman::test
