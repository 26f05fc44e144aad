#pragma once

// What a workflow source needs.
#include <boost/describe/class.hpp>

#include "theus/channel.hpp"
#include "theus/combinators.hpp"
#include "theus/context.hpp"
#include "theus/query.hpp"
#include "theus/saga.hpp"
#include "theus/semaphore.hpp"
#include "theus/update.hpp"
#include "theus/view.hpp"
#include "theus/workflow.hpp"
