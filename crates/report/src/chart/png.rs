//! Charts as pixels.

use resvg::{tiny_skia, usvg};
use std::sync::{Arc, LazyLock};
use thiserror::Error;

use super::Chart;

/// Roboto (Apache License 2.0), reduced to Latin and Greek: the only font, so that a picture is the
/// same on every machine. What it lacks is not drawn.
static FONTS: LazyLock<Arc<usvg::fontdb::Database>> = LazyLock::new(|| {
    let mut fonts = usvg::fontdb::Database::new();
    fonts.load_font_data(include_bytes!("../../fonts/Roboto-Regular.ttf").to_vec());
    fonts.load_font_data(include_bytes!("../../fonts/Roboto-Bold.ttf").to_vec());
    fonts.set_sans_serif_family("Roboto");
    Arc::new(fonts)
});

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PngError {
    /// The chart is not one that the library draws.
    #[error("the chart can't be drawn: {0}")]
    Svg(#[from] usvg::Error),
    /// No memory for so many pixels.
    #[error("expected a picture of at least 1 x 1 pixels that fits into memory, found {0} x {1}")]
    Size(u32, u32),
    /// Not encoded.
    #[error("the picture can't be encoded: {0}")]
    Encode(String),
}

impl Chart {
    /// A picture on light ground, two pixels for each of the chart's, so that it stays sharp on a
    /// slide.
    ///
    /// # Errors
    /// It can't be drawn or encoded.
    pub fn png(&self) -> Result<Vec<u8>, PngError> {
        drawn(&self.light_svg(), 2.0)?
            .encode_png()
            .map_err(|error| PngError::Encode(error.to_string()))
    }
}

/// The picture, so many pixels for each of its own.
fn drawn(svg: &str, scale: f32) -> Result<tiny_skia::Pixmap, PngError> {
    let options = usvg::Options {
        fontdb: Arc::clone(&FONTS),
        font_family: "Roboto".to_owned(),
        ..usvg::Options::default()
    };
    let tree = usvg::Tree::from_str(svg, &options)?;
    let size = tree.size().to_int_size().scale_by(scale);
    let (width, height) = size.map_or((0, 0), |size| (size.width(), size.height()));
    let mut pixels = tiny_skia::Pixmap::new(width, height).ok_or(PngError::Size(width, height))?;
    let scaled = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(&tree, scaled, &mut pixels.as_mut());
    Ok(pixels)
}

#[cfg(test)]
mod tests;
