// Hands pointers with a control block made in Rust to functions that take std::shared_ptr, as V8 does, and looks whether each
// object is destroyed once and each block freed. The arguments: the library of pointer.rs.
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <memory>

struct Store {
  long value;
};
struct Pointer {
  void* object;
  void* control;
};
using Shared = std::shared_ptr<Store>;

static void* library;
static Shared kept;
static std::weak_ptr<Store> watched;

template <class Function>
static Function* found(const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

static void check(bool holds, const char* what) {
  if (holds) return;
  std::printf("not so: %s\n", what);
  std::exit(1);
}

static void look(Shared pointer) {
  check(pointer->value == 42 && pointer.use_count() == 1, "a new pointer has one use");
  Shared other = pointer;
  check(pointer.use_count() == 2, "a copy is another use");
}
static void copy(Shared pointer) { kept = pointer; }
static void move(Shared pointer) { kept = std::move(pointer); }
static void watch(Shared pointer) { watched = pointer; }

// A shared pointer is passed by its address, and destroyed by the caller: see v8.rs.
static void pass(void (*function)(Shared), const char* name, bool is_kept) {
  auto* control_of = found<void*(void*)>("control_of");
  auto* release = found<void(void*)>("release");
  auto* destroyed = found<long()>("destroyed");
  auto* living = found<long()>("living");
  long blocks = living(), before = destroyed();
  Store store{42};
  Pointer pointer{&store, control_of(&store)};
  check(living() == blocks + 1, "a block is made");
  reinterpret_cast<void (*)(Pointer*)>(function)(&pointer);
  if (pointer.control != nullptr) release(pointer.control);
  check(destroyed() == before + (is_kept ? 0 : 1), is_kept ? "what is kept lives" : "the last use destroys");
  kept.reset();
  check(destroyed() == before + 1, "each object is destroyed once");
  check(watched.lock() == nullptr, "a weak pointer finds nothing after that");
  watched.reset();
  check(living() == blocks, "the block is freed");
  std::printf("%s: ok\n", name);
}

int main(int, char** arguments) {
  library = dlopen(arguments[1], RTLD_NOW);
  check(library != nullptr, "the library is loaded");
  pass(look, "look", false);
  pass(copy, "copy", true);
  pass(move, "move", true);
  pass(watch, "watch", false);
}
