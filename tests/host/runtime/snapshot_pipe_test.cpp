#include "host/runtime/snapshot_pipe.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace assay::host {
namespace {

using Clock = std::chrono::steady_clock;

class SnapshotPipeTest : public ::testing::Test {
 protected:
  static constexpr auto kPiece = SnapshotPipe::kPiece;

  static void write(SnapshotPipe& pipe, std::size_t size, char letter) {
    const std::string text(size, letter);
    pipe.write(std::as_bytes(std::span(text)));
  }
  static std::string rest(SnapshotPipe& pipe) {
    std::string all;
    for (SnapshotPipe::Piece piece; pipe.take(piece);) {
      all.append(reinterpret_cast<const char*>(piece.data()), piece.size());
    }
    return all;
  }

  std::shared_ptr<SnapshotBell> bell_ = std::make_shared<SnapshotBell>();
  SnapshotPipe pipe_{{.room = 2 * kPiece, .most = 4 * kPiece}, bell_};
};

TEST_F(SnapshotPipeTest, HandsOnWholePiecesAndTheRestAtTheEnd) {
  write(pipe_, kPiece + 10, 'a');
  EXPECT_EQ(rest(pipe_), std::string(kPiece, 'a'));
  write(pipe_, 5, 'b');
  pipe_.finish(7);
  EXPECT_EQ(pipe_.end(), SnapshotPipe::End::finished);
  EXPECT_EQ(rest(pipe_), std::string(10, 'a') + "bbbbb");
  EXPECT_EQ(pipe_.bytes(), kPiece + 15);
  EXPECT_EQ(pipe_.usable(), 7u);
}

TEST_F(SnapshotPipeTest, IsFullLongBeforeItTakesNothingMore) {
  write(pipe_, 2 * kPiece, 'a');
  EXPECT_TRUE(pipe_.full());
  write(pipe_, 2 * kPiece, 'b');
  EXPECT_FALSE(pipe_.overrun());
  write(pipe_, 1, 'c');
  EXPECT_TRUE(pipe_.overrun());
  write(pipe_, 1, 'd');
  EXPECT_EQ(rest(pipe_), std::string(2 * kPiece, 'a') + std::string(2 * kPiece, 'b'));
  EXPECT_TRUE(pipe_.overrun()) << "what was lost does not come back";
}

TEST_F(SnapshotPipeTest, WaitsForRoomAsLongAsItIsTold) {
  write(pipe_, 2 * kPiece, 'a');
  EXPECT_FALSE(pipe_.wait_for_room(Clock::now()));
  std::thread taker([&] {
    SnapshotPipe::Piece piece;
    EXPECT_TRUE(pipe_.take(piece));
  });
  EXPECT_TRUE(pipe_.wait_for_room(Clock::now() + std::chrono::minutes(1)));
  taker.join();
}

TEST_F(SnapshotPipeTest, TakesNothingForAnEndThatIsGone) {
  write(pipe_, 2 * kPiece, 'a');
  pipe_.break_off();
  write(pipe_, 100 * kPiece, 'b');
  EXPECT_TRUE(pipe_.broken());
  EXPECT_FALSE(pipe_.full());
  EXPECT_EQ(rest(pipe_), "");
}

TEST_F(SnapshotPipeTest, WakesTheOtherEndForPiecesAndForTheEnd) {
  write(pipe_, kPiece, 'a');
  bell_->wait();
  pipe_.withdraw();
  bell_->wait();
  EXPECT_EQ(pipe_.end(), SnapshotPipe::End::withdrawn);
}

}  // namespace
}  // namespace assay::host
