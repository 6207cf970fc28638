#pragma once
#include "binary/library_facts.hpp"  // moved
