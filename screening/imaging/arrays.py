"""Array types of this package. An image is (h, w, 3) RGB or (h, w, 1) grey, never BGR outside a cv2 call."""

import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.int64]
