#include "tests/support/servers/postgres_server.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <pqxx/pqxx>
#include <string>

namespace assay::testing {
namespace {

std::string ask(const std::string& connection_string, const std::string& question) {
  pqxx::connection connection(connection_string);
  pqxx::work work(connection);
  const auto answer = work.exec1(question)[0].as<std::string>();
  work.commit();
  return answer;
}

void tell(const std::string& connection_string, const std::string& statement) {
  pqxx::connection connection(connection_string);
  pqxx::work work(connection);
  work.exec0(statement);
  work.commit();
}

TEST(postgres_server, lets_each_role_in_over_tcp_and_over_the_socket) {
  if (const auto reason = PostgresServer::unavailable()) GTEST_SKIP() << *reason;
  const PostgresServer server({.tls = false, .fsync = false, .settings = {}});
  const std::string who = "select current_user || '@' || current_database()";
  EXPECT_EQ(ask(server.owner(), who), "assay_owner@assay");
  EXPECT_EQ(ask(server.engine(), who), "assay_engine@assay");
  EXPECT_EQ(ask(server.superuser(), who), "postgres@assay");
  EXPECT_EQ(ask(server.owner_socket(), who), "assay_owner@assay");
  EXPECT_EQ(ask(server.engine_socket(), who), "assay_engine@assay");

  std::string password;
  std::getline(std::ifstream(server.engine_password_file()), password);
  EXPECT_EQ(ask("host=" + server.host() + " port=" + server.port() +
                    " dbname=" + server.database() + " user=assay_engine password=" + password,
                who),
            "assay_engine@assay");
}

TEST(postgres_server, gives_the_engine_no_right_but_to_connect) {
  if (const auto reason = PostgresServer::unavailable()) GTEST_SKIP() << *reason;
  const PostgresServer server({.tls = false, .fsync = false, .settings = {}});
  EXPECT_THROW(tell(server.engine(), "create table mine (a int)"), pqxx::insufficient_privilege);
  EXPECT_THROW(tell(server.engine(), "create temp table mine (a int)"),
               pqxx::insufficient_privilege);
  tell(server.owner(), "create table facts (a int)");
  EXPECT_THROW(tell(server.engine(), "insert into facts values (1)"), pqxx::insufficient_privilege);
  tell(server.owner(), "grant insert on facts to assay_engine");
  EXPECT_NO_THROW(tell(server.engine(), "insert into facts values (1)"));
}

TEST(postgres_server, keeps_what_was_committed_when_it_is_killed_and_started_again) {
  if (const auto reason = PostgresServer::unavailable()) GTEST_SKIP() << *reason;
  PostgresServer server;
  tell(server.owner(), "create table facts as select 7 as a");
  {
    // A connection that is open when the power goes.
    pqxx::connection open(server.owner());
    server.kill();
    EXPECT_THROW(pqxx::nontransaction(open).exec1("select 1"), pqxx::broken_connection);
  }
  server.start_again();
  EXPECT_EQ(ask(server.owner(), "select a from facts"), "7");
  server.stop();
  server.start_again();
  EXPECT_EQ(ask(server.owner(), "select a from facts"), "7");
}

TEST(postgres_server, with_tls_proves_who_it_is_and_refuses_to_talk_in_clear) {
  if (const auto reason = PostgresServer::unavailable()) GTEST_SKIP() << *reason;
  const PostgresServer server({.tls = true, .fsync = false, .settings = {}});
  EXPECT_NE(server.engine().find("sslmode=verify-full"), std::string::npos);
  EXPECT_EQ(ask(server.engine(), "select ssl from pg_stat_ssl where pid = pg_backend_pid()"), "t");

  const std::string clear = "host=127.0.0.1 port=" + server.port() + " dbname=assay";
  EXPECT_THROW(ask(clear + " user=assay_engine sslmode=disable", "select 1"),
               pqxx::broken_connection);
  // The right authority but another name, then no authority that knows the server.
  EXPECT_THROW(ask("host=elsewhere hostaddr=127.0.0.1 port=" + server.port() +
                       " dbname=assay user=assay_engine sslmode=verify-full sslrootcert=" +
                       server.ca().string(),
                   "select 1"),
               pqxx::broken_connection);
  EXPECT_THROW(ask("host=localhost hostaddr=127.0.0.1 port=" + server.port() +
                       " dbname=assay user=assay_engine sslmode=verify-full "
                       "sslrootcert=/etc/ssl/certs/ca-certificates.crt",
                   "select 1"),
               pqxx::broken_connection);
}

}  // namespace
}  // namespace assay::testing
