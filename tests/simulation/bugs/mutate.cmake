# cmake -D BUG=<file> -D ROOT=<project> -D OUT=<file> -P mutate.cmake
# Writes a copy of the one source that BUG names, with one text replaced. The text must be found
# exactly once: when the product has changed there, the bug has to be put in anew.
include(${BUG})
file(READ ${ROOT}/${source} text)
string(FIND "${text}" "${find}" first)
string(FIND "${text}" "${find}" last REVERSE)
if(first EQUAL -1 OR NOT first EQUAL last)
  message(FATAL_ERROR
    "${BUG}: its text is not found exactly once in ${source}.\n"
    "The product has changed there. Put the same bug into the new code: change `find` and "
    "`replace` in that file.\nThe text:\n${find}")
endif()
string(REPLACE "${find}" "${replace}" text "${text}")
file(WRITE ${OUT} "${text}")
