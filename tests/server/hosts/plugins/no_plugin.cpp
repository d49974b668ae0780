// A shared library that has nothing to do with agents.
extern "C" int edgeNothing() {
    return 0;
}
