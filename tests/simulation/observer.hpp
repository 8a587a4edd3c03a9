#pragma once

#include "census.hpp"
#include "model.hpp"

#include <foreman/job.hpp>
#include <foreman/table.hpp>

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace foreman::test {

/// Stands between the product and the model: sees what the product publishes,
/// tells the model what must have happened, and compares the two. It sees what
/// anybody may see, at the moments at which it is called, and between two of
/// them at most one thing happens to a project.
class observer {
public:
  using log = std::function<void(std::string)>;

  observer(model rules, std::vector<std::string> projects, census& met,
           const clock& time, log history);

  /// From now on it looks at `jobs`.
  void watch(table& jobs) {
    jobs_ = &jobs;
  }

  const std::vector<std::string>& projects() const {
    return projects_;
  }

  model& rules() {
    return rules_;
  }

  const model& rules() const {
    return rules_;
  }

  // -- submits ----------------------------------------------------------------

  /// A submit, from when it is sent until its submitter was told the verdict.
  struct submit {
    std::string_view way_in;
    job_ptr work;
    std::string project;
    job_options how;
    /// What the same actor sent after it was admitted before it.
    bool overtaken = false;
    /// What it may be told: what was right at some moment until now.
    std::vector<errc> verdicts{};
  };

  using submit_ref = std::list<submit>::iterator;

  submit_ref submitting(submit what);

  /// Forgets it, if its job was not admitted.
  void told(submit_ref which, errc verdict);

  /// There was no memory, or nobody to answer: whether it was admitted shows.
  void told_nothing(submit_ref which);

  // -- questions --------------------------------------------------------------

  struct question {
    std::string project;
    std::vector<project_status> answers;
  };

  using question_ref = std::list<question>::iterator;

  question_ref asking(std::string project);

  void answered(question_ref which, const project_status* answer);

  // -- looking ----------------------------------------------------------------

  /// Sees what has happened since the last look.
  void look();

  /// Looks, and compares all that can be compared.
  void agree();

  /// Calls `f`, which runs inside the product and must not throw there: its
  /// violation is thrown by the next `agree`.
  template <class F>
  void contain(F&& f) {
    try {
      std::forward<F>(f)();
    } catch (const violation& e) {
      if (broken_.empty())
        broken_ = e.what();
    }
  }

  /// Nothing can move until time passes: whoever waits, waits for a connection
  /// that cannot be had yet.
  void nothing_moves();

  /// Nothing can move: nothing may wait, and no more idle projects be kept than
  /// `most_idle`.
  void at_rest(std::size_t most_idle);

  /// The jobs that were ever admitted.
  struct admitted_job {
    job_ptr work;
    std::string project;
    bool ended = false;
    bool given_up = false;
    std::size_t announced = 0;
  };

  const std::vector<admitted_job>& jobs() const {
    return all_;
  }

  /// For the census: what state a project is in.
  std::string_view state_of(const std::string& project) const;

  /// For the census: something that concerns every project.
  void happened(std::string_view event);

private:
  void see_drain();

  void see_ends();

  void see_admissions();

  void see_bodies();

  void see_deferrals();

  // What a submit may be told, and a question answered, has changed.
  void remember();

  void remember(submit& x) const;

  void remember(question& x) const;

  void admitted(const submit& x);

  void announced(const job& which);

  void agree_on(const std::string& project);

  census& met_;
  const clock& time_;
  log note_;
  std::vector<std::string> projects_;
  model rules_;
  table* jobs_ = nullptr;
  std::vector<admitted_job> all_;
  std::vector<std::size_t> open_; // in all_
  std::list<submit> submits_;
  std::list<question> questions_;
  std::string broken_;
};

} // namespace foreman::test
