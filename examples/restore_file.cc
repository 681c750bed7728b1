// Restores a picture file with Winnow's C++ API and shows how far it is. CMakeLists.txt beside this
// file builds it:
//
//   cmake -B build -S . && cmake --build build
//   build/restore_file winnow-x4 small.jpg large.png
#include <exception>
#include <iostream>
#include <winnow/winnow.hpp>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::cerr << "usage: " << argv[0] << " MODEL IN OUT\n";
    return 2;
  }
  try {
    const winnow::Model model = winnow::Model::Load(argv[1]);
    const winnow::Macs macs = model.macs(320, 180);
    std::cout << model.name() << " (" << model.network() << ", " << model.licence() << "): "
              << model.scale() << " times, " << model.parameters() << " parameters, "
              << 100 * macs.sparse / macs.dense << " % of the multiply-adds are left\n";

    winnow::Options options;
    options.max_memory = std::int64_t{256} << 20;
    options.progress = [](double fraction) {
      std::cout << "\r" << static_cast<int>(100 * fraction) << " %" << std::flush;
      return true;  // false would stop
    };
    winnow::Restorer restorer(model, options);  // keep it for many pictures
    restorer.RestoreFile(argv[2], argv[3]);
    std::cout << "\n";
    return 0;
  } catch (const winnow::Error& error) {
    std::cerr << winnow_status_name(error.status()) << ": " << error.what() << "\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
  }
  return 1;
}
