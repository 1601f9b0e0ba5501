# cmake -D TREE=DIR -D OUTPUT=DIR -D OWN=FROM=TO,... -D OTHERS=FROM=TO,... -P pages.cmake
#
# Writes the pages of one package below OUTPUT as they will lie below the prefix. Their links are
# those of the tree; here each leads to where its target is installed, by this package (OWN) or by
# another (OTHERS). A link to what no package installs ends the build: its reader would go nowhere.
# FROM is a path of the tree, TO one below the prefix.
cmake_minimum_required(VERSION 3.20)

string(REPLACE "," ";" own "${OWN}")
string(REPLACE "," ";" places "${OWN},${OTHERS}")

# Where `path` of the tree is installed, below the prefix; empty where it is not.
function(installed path output_variable)
  set(${output_variable} "" PARENT_SCOPE)
  foreach(place IN LISTS places)
    string(REGEX MATCH "^(.+)=(.+)$" place "${place}")
    if(path STREQUAL CMAKE_MATCH_1)
      set(${output_variable} "${CMAKE_MATCH_2}" PARENT_SCOPE)
      return()
    endif()
    string(LENGTH "${CMAKE_MATCH_1}/" length)
    string(FIND "${path}" "${CMAKE_MATCH_1}/" at)
    if(at EQUAL 0)
      string(SUBSTRING "${path}" ${length} -1 below)
      set(${output_variable} "${CMAKE_MATCH_2}/${below}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
endfunction()

# What a page at `to` has to say to reach `link` of the page at `from`.
function(link_from from to link output_variable)
  set(${output_variable} "${link}" PARENT_SCOPE)
  get_filename_component(folder "${TREE}/${from}" DIRECTORY)
  get_filename_component(target "${link}" ABSOLUTE BASE_DIR "${folder}")
  if(NOT EXISTS "${target}")
    return()  # an address, or code that looks like a link
  endif()
  file(RELATIVE_PATH path "${TREE}" "${target}")
  installed("${path}" place)
  if(place STREQUAL "")
    message(FATAL_ERROR "${from} is part of a package and links to ${path}, which no package "
      "installs: install it and name it in packaging/CMakeLists.txt, or take the link out")
  endif()
  get_filename_component(folder "/${to}" DIRECTORY)
  file(RELATIVE_PATH way "${folder}" "/${place}")
  set(${output_variable} "${way}" PARENT_SCOPE)
endfunction()

function(write_page from to)
  file(READ "${TREE}/${from}" rest)
  set(text "")
  while(rest MATCHES "\\]\\(([^]()# \n]+)")
    set(link "${CMAKE_MATCH_1}")
    string(FIND "${rest}" "${CMAKE_MATCH_0}" at)
    string(LENGTH "${CMAKE_MATCH_0}" length)
    math(EXPR end "${at} + ${length}")
    string(SUBSTRING "${rest}" 0 ${at} before)
    string(SUBSTRING "${rest}" ${end} -1 rest)
    link_from("${from}" "${to}" "${link}" way)
    string(APPEND text "${before}](${way}")
  endwhile()
  file(WRITE "${OUTPUT}/${to}" "${text}${rest}")
endfunction()

file(REMOVE_RECURSE "${OUTPUT}")
foreach(place IN LISTS own)
  string(REGEX MATCH "^(.+)=(.+)$" place "${place}")
  set(from "${CMAKE_MATCH_1}")
  set(to "${CMAKE_MATCH_2}")
  if(from MATCHES "\\.md$")
    write_page("${from}" "${to}")
    continue()
  endif()
  file(GLOB_RECURSE pages RELATIVE "${TREE}/${from}" "${TREE}/${from}/*.md")
  foreach(page IN LISTS pages)
    write_page("${from}/${page}" "${to}/${page}")
  endforeach()
endforeach()
