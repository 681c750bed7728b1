#include "image/jpeg_guard.h"

namespace winnow {

JpegGuard::JpegGuard() {
  jpeg_std_error(&manager_);
  manager_.error_exit = Leave;
  manager_.emit_message = OnMessage;
  manager_.output_message = [](j_common_ptr) {};
}

void JpegGuard::Leave(j_common_ptr common) {
  auto* const manager = static_cast<Manager*>(common->err);
  manager->format_message(common, manager->text);
  std::longjmp(manager->jump, 1);
}

void JpegGuard::OnMessage(j_common_ptr common, int) {
  if (common->err->msg_code == JWRN_JPEG_EOF) Leave(common);
}

}  // namespace winnow
