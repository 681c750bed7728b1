# The two commands of the README, and shortcuts. CMake does the building (CMakePresets.json).
PRESET ?= release
BUILD := build/$(PRESET)
WINNOW := $(BUILD)/winnow

.PHONY: all setup build demo test asan clean

all: build

setup:
	scripts/setup.sh

build: setup
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET)

# Restores an example photograph: x4, into build/demo.
demo: build
	mkdir -p build/demo
	$(WINNOW) restore examples/cat.png -s 4 -o build/demo/cat_x4.png --force
	@echo "before: examples/cat.png   after: build/demo/cat_x4.png"

test: build
	ctest --preset $(PRESET)

# Tests under the address and undefined-behaviour sanitizers.
asan:
	$(MAKE) test PRESET=asan

clean:
	rm -rf build
