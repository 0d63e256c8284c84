"""Samples of the learner's own: a curve of two columns, or two classes of three."""

import numpy as np
import streamlit as st

from core.network import Dataset
from core.tabular import CLASSES, CURVE, MOST_SAMPLES, encode_cloud, read_cloud
from ui.lessons.own import OWN
from ui.session import built
from ui.studio import samples
from ui.studio.own.shown import Shown


def show(network: Shown) -> None:
    """The table, the text and the file; what is changed becomes the learner's own."""
    own = network.settings["toy"] == OWN
    st.markdown(
        "Two columns, x and y, are a curve to fit. Three, x1, x2 and y, are two classes: there y "
        "is 0 or 1. Paste one or the other, and the network gets the inputs that it needs."
    )
    if not own:
        st.caption(
            f"These are the samples of “{built.title(network.settings)}”, with "
            f"{built.DECIMALS} decimals. Once you change them, they are yours."
        )
    samples.inputs(network.data if own else rounded(network.data), kind(network.data))


def rounded(data: Dataset) -> Dataset:
    """The samples as they are written in a link when they become the learner's own."""
    return Dataset(np.round(data.x, built.DECIMALS), np.round(data.y, built.DECIMALS))


def kind(data: Dataset) -> samples.Kind:
    """What can be typed while the network learns these samples."""
    return samples.Kind(
        "own-samples",
        CURVE if data.x.ndim == 1 else CLASSES,
        MOST_SAMPLES,
        "two or three columns",
        read_cloud,
        encode_cloud,
        built.use_samples,
    )
