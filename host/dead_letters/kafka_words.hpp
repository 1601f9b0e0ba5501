// What Kafka refuses, in the words of the commands that deal with dead letters.
//
// Thread: any.
#pragma once

#include "host/dead_letters/letter_store.hpp"
#include "host/kafka/handles.hpp"

namespace assay::host {

[[nodiscard]] inline LetterError letter_error(const KafkaError& error) {
  switch (error.code) {
    case RD_KAFKA_RESP_ERR__TRANSPORT:
    case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
    case RD_KAFKA_RESP_ERR__TIMED_OUT:
    case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
    case RD_KAFKA_RESP_ERR__RESOLVE:
      return {LetterError::Kind::unreachable,
              error.words +
                  "; is a broker running at `source.bootstrap`, and is that its address "
                  "as seen from here?"};
    default:
      return {LetterError::Kind::refused, error.words};
  }
}

}  // namespace assay::host
