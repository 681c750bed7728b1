/* Restores a picture in memory with Winnow's C API. Reads and writes PPM files, which are hardly
 * more than the pixels: "P6", width, height, 255, and three bytes a pixel.
 *
 *   cc restore_buffer.c -o restore_buffer $(pkg-config --cflags --libs winnow)
 *   ./restore_buffer winnow-x4 small.ppm large.ppm
 */
#include <stdio.h>
#include <stdlib.h>
#include <winnow/winnow.h>

/* Null where the file is none of these. */
static unsigned char* read_ppm(const char* name, int* width, int* height) {
  unsigned char* pixels = NULL;
  FILE* file = fopen(name, "rb");
  if (file == NULL) return NULL;
  if (fscanf(file, "P6 %d %d 255", width, height) == 2 && fgetc(file) != EOF && *width > 0 &&
      *height > 0) {
    const size_t size = (size_t)*width * (size_t)*height * 3;
    pixels = malloc(size);
    if (pixels != NULL && fread(pixels, 1, size, file) != size) {
      free(pixels);
      pixels = NULL;
    }
  }
  fclose(file);
  return pixels;
}

static int write_ppm(const char* name, const unsigned char* pixels, const winnow_layout* layout) {
  const size_t size = (size_t)layout->width * (size_t)layout->height * 3;
  FILE* file = fopen(name, "wb");
  if (file == NULL) return 0;
  fprintf(file, "P6\n%d %d\n255\n", layout->width, layout->height);
  const int whole = fwrite(pixels, 1, size, file) == size;
  return fclose(file) == 0 && whole;
}

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: %s MODEL IN.ppm OUT.ppm\n", argv[0]);
    return 2;
  }
  winnow_layout input = {sizeof input, 0, 0, 3, WINNOW_U8, 0}; /* RGB, no gaps between rows */
  winnow_layout output = {sizeof output, 0, 0, 0, WINNOW_U8, 0};
  winnow_model* model = NULL;
  winnow_restorer* restorer = NULL;
  unsigned char* result = NULL;
  int exit_code = 1;
  unsigned char* pixels = read_ppm(argv[2], &input.width, &input.height);
  if (pixels == NULL) {
    fprintf(stderr, "%s: cannot be read as a PPM picture\n", argv[2]);
    return 1;
  }
  /* Null options: the model's own scale, every processor, exact results. */
  if (winnow_model_load(argv[1], &model) != WINNOW_OK ||
      winnow_restorer_new(model, NULL, &restorer) != WINNOW_OK ||
      winnow_restorer_output(restorer, &input, &output) != WINNOW_OK) {
    goto failed;
  }
  result = malloc((size_t)output.width * (size_t)output.height * 3);
  if (result == NULL) {
    fprintf(stderr, "out of memory\n");
    goto done;
  }
  if (winnow_restore(restorer, &input, pixels, &output, result) != WINNOW_OK) goto failed;
  if (!write_ppm(argv[3], result, &output)) {
    fprintf(stderr, "%s: cannot be written\n", argv[3]);
    goto done;
  }
  exit_code = 0;
  goto done;

failed:
  fprintf(stderr, "%s\n", winnow_last_error()); /* says what is wrong, and where */
done:
  winnow_restorer_free(restorer); /* null is allowed */
  winnow_model_free(model);
  free(result);
  free(pixels);
  return exit_code;
}
