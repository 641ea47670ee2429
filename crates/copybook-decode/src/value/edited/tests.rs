use super::*;
use crate::codepage::CodePage;
use crate::value::Signs;

fn shown(picture: &str, scale: i8, text: &str) -> Result<String, Fault> {
    let charset = Charset::new(&CodePage::Ascii, Signs::Strict);
    let edited = Edited::new(picture, scale, false, Signs::Strict).expect("picture");
    assert!(edited.fits(text.len()), "{picture}");
    edited
        .decode(&charset, text.as_bytes())
        .map(|number| number.to_string())
}

#[test]
fn reads_back_what_editing_wrote() {
    for (picture, scale, text, number) in [
        ("ZZZ9.99-", 2, "  12.30-", "-12.30"),
        ("ZZZ9.99-", 2, "   0.05 ", "0.05"),
        ("+99999999", 0, "-30503932", "-30503932"),
        ("-99999999", 0, " 30503932", "30503932"),
        ("ZZ,ZZ9.99CR", 2, " 1,234.56CR", "-1234.56"),
        ("ZZ,ZZ9.99DB", 2, "     7.00  ", "7.00"),
        ("***,**9.99", 2, "*****12.00", "12.00"),
        ("$$,$$9.99", 2, "  $123.45", "123.45"),
        ("---,--9.99", 2, "   -123.45", "-123.45"),
        ("ZZZZZZVZZ-", 2, "30503932-", "-305039.32"),
        ("ZZZ.ZZ", 2, "      ", "0.00"),
        ("99/99/9999", 0, "12/31/2026", "12312026"),
        ("***,***.**CR", 2, "*******.****", "0.00"),
        ("+***", 0, "****", "0"),
        ("$***", 0, "$**7", "7"),
        ("FFF9.99-", 2, "  F7.25-", "-7.25"),
        ("W9", 0, "W7", "7"),
        ("ZZ.ZZ", 2, "  .05", "0.05"),
        ("--.--", 2, " -.05", "-0.05"),
        ("$$.$$", 2, " $.05", "0.05"),
        ("$$.$", 1, " $.5", "0.5"),
        ("Z.ZZZ,ZZ", 2, "  123,45", "123.45"),
        ("Z/ZZ9", 0, "   12", "12"),
        ("*B**9", 0, "****5", "5"),
        ("++,++9", 0, "  -123", "-123"),
    ] {
        assert_eq!(
            shown(picture, scale, text).as_deref(),
            Ok(number),
            "{picture} {text}"
        );
    }
}

#[test]
fn the_point_is_never_suppressed() {
    for (picture, text, at) in [
        ("ZZ.ZZ", "    5", 2),
        ("**.**", "****5", 2),
        ("$$.$$", "  $05", 2),
    ] {
        let fault = shown(picture, 2, text).map_err(|fault| fault.at);
        assert_eq!(fault, Err(at), "{picture}");
    }
}

#[test]
fn refuses_what_editing_cannot_write() {
    for (picture, text, at) in [
        ("ZZZ9.99-", "  1 .30-", 3),
        ("ZZZ9.99-", "  12,30-", 4),
        ("ZZZ9.99-", "  12.30+", 7),
        ("ZZ9CR", "  1CX", 4),
        ("ZZZ", "1 2", 1),
        ("+**9", "***0", 0),
        ("FF9", " $9", 1),
        ("$,$$9", "F   9", 0),
        ("$9", "-1", 0),
        ("$999", "*123", 0),
        ("/ZZ9", "  12", 0),
        ("Z,ZZ9", " *123", 1),
        ("*,**9", "* 123", 1),
        ("$,$$9", " -123", 1),
    ] {
        assert_eq!(
            shown(picture, 0, text).map_err(|fault| fault.at),
            Err(at),
            "{picture}"
        );
    }
}
