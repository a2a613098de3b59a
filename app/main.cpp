#include "app/command.hpp"

int main(int argc, char** argv) { return pavise::run_program(argc, argv); }
