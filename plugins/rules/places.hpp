// Where places are: the file that impossible_travel reads, and the distance between two of them.
//
// One place a line, `name,latitude,longitude` in degrees; # begins a comment. A name is looked up
// without regard to the case of its letters A to Z.
#pragma once

#include <assay/config.hpp>
#include <iosfwd>
#include <string>
#include <string_view>
#include <unordered_map>

namespace assay::rules {

struct Place {
  double latitude = 0;
  double longitude = 0;
};

// Kilometres along a great circle.
double distance_km(Place from, Place to);

class Places {
 public:
  // Refuses a line that is no place, or a second one of the same name, with its number.
  explicit Places(const std::string& path);
  // The same from an open stream; `path` is for the refusal.
  Places(std::istream& lines, const std::string& path);

  // Null where the file has no such place.
  const Place* find(std::string_view name) const;
  std::size_t size() const { return places_.size(); }

 private:
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view name) const;
  };
  struct Same {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const;
  };

  void read(std::istream& lines, const std::string& path);

  std::unordered_map<std::string, Place, Hash, Same> places_;
};

}  // namespace assay::rules
