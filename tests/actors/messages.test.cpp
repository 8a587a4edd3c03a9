#include <foreman/actors/interfaces.hpp>

#include <caf/actor_system.hpp>
#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>

#include <support/catch.hpp>

#include <string>
#include <vector>

namespace act = foreman::actors;

TEMPLATE_TEST_CASE("a message that must not leave its process cannot",
                   "[messages][G12]", foreman::job_id, foreman::job_options,
                   foreman::named_job, foreman::project_status,
                   foreman::table::page, foreman::ledger, foreman::drain_report,
                   act::submission, std::vector<act::submission>, act::verdict,
                   std::vector<act::verdict>, act::job_ended,
                   foreman::entry_ptr, foreman::attendant_ptr, foreman::turn,
                   act::lease, act::pool_ref, act::worker_ref) {
  act::host_config config;
  caf::actor_system system{config};

  // Left out without an error, it would arrive as a value that nobody sent.
  auto message = caf::make_message(TestType{}, std::string{"p"});
  std::vector<char> bytes;
  caf::binary_serializer sink{system, bytes};
  CHECK(message.save(sink)); // `sink(message)` loses the error

  TestType value;
  bytes.assign(64, '\1');
  caf::binary_deserializer source{system, bytes};
  CHECK(source(value));
}
