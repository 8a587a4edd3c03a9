#pragma once

#include <foreman/export.hpp>

#include <atomic>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace foreman {

/// A base for objects that count their references themselves: one allocation
/// per object, and a raw pointer to it can become an owner again, which the
/// links of `job_list` need.
class FOREMAN_EXPORT ref_counted {
public:
  ref_counted() = default;
  ref_counted(const ref_counted&) = delete;
  ref_counted& operator=(const ref_counted&) = delete;

  void ref() const noexcept {
    // Relaxed: a new owner is always made from an existing one.
    refs_.fetch_add(1, std::memory_order_relaxed);
  }

  void deref() const noexcept {
    // Release and acquire: what any owner wrote happens before the deletion.
    if (refs_.fetch_sub(1, std::memory_order_acq_rel) == 1)
      delete this;
  }

protected:
  virtual ~ref_counted() = default;

private:
  mutable std::atomic<std::uint32_t> refs_{0};
};

/// Owns a reference to a `ref_counted` object. Thread-safety: as a raw pointer;
/// the count itself is atomic.
template <class T>
class FOREMAN_EXPORT intrusive_ptr {
public:
  intrusive_ptr() = default;

  explicit intrusive_ptr(T* ptr) noexcept : ptr_{ptr} {
    if (ptr_ != nullptr)
      ptr_->ref();
  }

  intrusive_ptr(const intrusive_ptr& other) noexcept
    : intrusive_ptr{other.ptr_} {}

  intrusive_ptr(intrusive_ptr&& other) noexcept
    : ptr_{std::exchange(other.ptr_, nullptr)} {}

  template <class U>
  requires std::is_convertible_v<U*, T*> intrusive_ptr(intrusive_ptr<U> other)
  noexcept // NOLINT
    : ptr_{other.release()} {}

  ~intrusive_ptr() {
    if (ptr_ != nullptr)
      ptr_->deref();
  }

  intrusive_ptr& operator=(intrusive_ptr other) noexcept {
    std::swap(ptr_, other.ptr_);
    return *this;
  }

  /// Takes over a reference that somebody else counted.
  static intrusive_ptr adopt(T* ptr) noexcept {
    intrusive_ptr result;
    result.ptr_ = ptr;
    return result;
  }

  /// Gives the reference away without dropping it.
  T* release() noexcept {
    return std::exchange(ptr_, nullptr);
  }

  T* get() const noexcept {
    return ptr_;
  }

  T& operator*() const noexcept {
    return *ptr_;
  }

  T* operator->() const noexcept {
    return ptr_;
  }

  explicit operator bool() const noexcept {
    return ptr_ != nullptr;
  }

  friend bool operator==(const intrusive_ptr& x, const intrusive_ptr& y) {
    return x.ptr_ == y.ptr_;
  }

private:
  T* ptr_ = nullptr;
};

/// Makes a `ref_counted` object and its first owner.
template <class T, class... Args>
intrusive_ptr<T> make_intrusive(Args&&... args) {
  return intrusive_ptr<T>{new T(std::forward<Args>(args)...)};
}

} // namespace foreman
