#include "host/observe/conversation.hpp"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/Timestamp.h>

#include <algorithm>
#include <sstream>

namespace assay::host {
namespace {

namespace net = Poco::Net;

constexpr std::size_t kMostHead = 16 << 10;  // bytes
constexpr int kMostHeaders = 100;

// Behind the empty line that ends a request's head; npos where it has not come yet.
std::size_t end_of_head(std::string_view heard) {
  constexpr std::string_view endings[] = {"\r\n\r\n", "\n\n"};
  auto end = heard.npos;
  for (const auto ending : endings) {
    if (const auto at = heard.find(ending); at != heard.npos) {
      end = std::min(end, at + ending.size());
    }
  }
  return end;
}

std::string text_of(const Answer& answer, net::HTTPResponse& response, bool with_body) {
  response.setStatusAndReason(static_cast<net::HTTPResponse::HTTPStatus>(answer.status));
  response.setDate(Poco::Timestamp());
  response.setContentType(answer.type);
  response.setContentLength(static_cast<std::streamsize>(answer.body.size()));
  response.set("Cache-Control", "no-store");
  if (answer.status == 405) response.set("Allow", "GET, HEAD");
  if (answer.status == 401) response.set("WWW-Authenticate", "Bearer");
  std::ostringstream out;
  response.write(out);
  if (with_body) out << answer.body;
  return std::move(out).str();
}

}  // namespace

void Conversation::hear(std::string_view bytes) {
  if (over_) return;
  heard_ += bytes;
  answer_next();
}

void Conversation::sent(std::size_t bytes) {
  sent_ += bytes;
  if (sent_ < answer_.size()) return;
  answer_.clear();
  sent_ = 0;
  answer_next();
}

void Conversation::answer_next() {
  if (over_ || !answer_.empty()) return;
  const auto end = end_of_head(heard_);
  if (std::min(end, heard_.size()) > kMostHead) {
    return refuse(431, "a request has at most 16 KiB here\n");
  }
  if (end == heard_.npos) return;
  const auto head = heard_.substr(0, end);
  heard_.erase(0, end);
  try {
    answer_head(head);
  } catch (const Poco::Exception&) {
    refuse(400, "this is no HTTP request\n");
  }
}

void Conversation::answer_head(const std::string& head) {
  net::HTTPRequest request;
  request.setFieldLimit(kMostHeaders);
  std::istringstream in(head);
  request.read(in);
  const bool body = request.hasContentLength() || request.getChunkedTransferEncoding();
  over_ = body || !request.getKeepAlive();
  net::HTTPResponse response;
  response.setVersion(request.getVersion());
  response.setKeepAlive(!over_);
  answer_ = text_of(
      pages_->answer({request.getMethod(), request.getURI(), request.get("Authorization", "")}),
      response, request.getMethod() != net::HTTPRequest::HTTP_HEAD);
}

void Conversation::refuse(int status, const std::string& words) {
  over_ = true;
  net::HTTPResponse response;
  response.setVersion(net::HTTPMessage::HTTP_1_1);
  response.setKeepAlive(false);
  answer_ = text_of({status, "text/plain", words}, response, true);
}

}  // namespace assay::host
