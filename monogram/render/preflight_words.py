"""The words of every finding, for the shopper and for the merchant, in English and Chinese. Placeholders are its figures.

After a change run `python schema/make_preflight_rules.py`: the browser says the same.
"""

from __future__ import annotations

Words = dict[str, dict[str, str]]


def _words(shopper: str, shopper_zh: str, merchant: str, merchant_zh: str) -> Words:
    return {"shopper": {"en": shopper, "zh": shopper_zh}, "merchant": {"en": merchant, "zh": merchant_zh}}


WORDS: dict[str, Words] = {
    "image_low_resolution": _words(
        "This photo may look blurred in print. A larger one, or a smaller part less enlarged, will look sharper.",
        "这张照片印出来可能会模糊。请换一张更大的照片,或少放大一些。",
        "Layer {layer}: the image {asset} prints at {dpi} dpi; the rule asks for {wanted}.",
        "图层 {layer}:图片 {asset} 的印刷分辨率为 {dpi} dpi,规则要求 {wanted}。"),
    "text_small": _words(
        "Your words have become so small that they may be hard to read. Fewer letters will be larger.",
        "您的文字太小,可能难以看清。减少字数可以让字更大。",
        "Layer {layer}: the text is set at {points} points; the rule asks for {wanted}.",
        "图层 {layer}:文字大小为 {points} 磅,规则要求 {wanted} 磅。"),
    "text_overflow": _words(
        "Your words do not fit. Please shorten them.",
        "您的文字放不下,请缩短。",
        "Layer {layer}: the text does not fit its box. Shorten it, enlarge the box, or let it shrink.",
        "图层 {layer}:文字超出文本框。请缩短文字、放大文本框或允许缩小。"),
    "text_shrunk": _words(
        "Your words were made smaller to fit.",
        "您的文字已缩小以适应版面。",
        "Layer {layer}: the text was shrunk to {percent} % of its size, {points} points.",
        "图层 {layer}:文字已缩小到原大小的 {percent}%,即 {points} 磅。"),
    "text_outside_print": _words(
        "Part of your words lies outside the printed area and will be cut off.",
        "部分文字超出印刷区域,会被裁掉。",
        "Layer {layer}: the text reaches beyond the trim and will be cut.",
        "图层 {layer}:文字超出裁切线,会被裁掉。"),
    "text_outside_safe": _words(
        "Your words come close to the edge and may be cut.",
        "文字离边缘太近,可能会被裁到。",
        "Layer {layer}: the text reaches outside the safe area.",
        "图层 {layer}:文字超出安全区域。"),
    "art_outside_print": _words(
        "Part of a picture lies outside the printed area and will be cut off.",
        "有图案超出印刷区域,会被裁掉。",
        "Layer {layer}: its art reaches beyond the trim and will be cut. Keep it inside, or let it run to the canvas's edge.",
        "图层 {layer}:图案超出裁切线,会被裁掉。请移入裁切线内,或延伸到画布边缘。"),
    "art_outside_safe": _words(
        "A picture comes close to the edge and may be cut.",
        "有图案离边缘太近,可能会被裁到。",
        "Layer {layer}: its art reaches outside the safe area. Keep it inside, or let it run to the canvas's edge.",
        "图层 {layer}:图案超出安全区域。请移入安全区域内,或延伸到画布边缘。"),
    "line_thin": _words(
        "Some lines are very thin and may not come out.",
        "有些线条太细,可能做不出来。",
        "Layer {layer}: a line is {mm} mm wide; the rule asks for {wanted} mm.",
        "图层 {layer}:线条宽 {mm} 毫米,规则要求 {wanted} 毫米。"),
    "stem_thin": _words(
        "Your letters have strokes so thin that they may not come out. Larger or bolder letters will.",
        "文字的笔画太细,可能做不出来。请使用更大或更粗的字。",
        "Layer {layer}: the thinnest stem of its letters is {mm} mm wide; the rule asks for {wanted} mm.",
        "图层 {layer}:文字最细的笔画宽 {mm} 毫米,规则要求 {wanted} 毫米。"),
    "code_without_ground": _words(
        "The code needs a light background to be read.",
        "条码需要浅色背景才能被识别。",
        "Layer {layer}: the code has no light colour of its own, so what lies below it must be light, or it will not scan.",
        "图层 {layer}:条码没有自己的浅色底,其下方必须是浅色,否则无法扫描。"),
    "contrast_low": _words(
        "Your words hardly stand out from what lies behind them. Another colour will be easier to read.",
        "文字与背景颜色太接近。换一种颜色会更清楚。",
        "Layer {layer}: the contrast of the text to what lies under it is {contrast}; the rule asks for {wanted}.",
        "图层 {layer}:文字与底色的对比度为 {contrast},规则要求 {wanted}。"),
    "color_out_of_gamut": _words(
        "Some bright colours will look duller in print.",
        "有些鲜艳的颜色印出来会暗一些。",
        "In the profile {profile} colours change by {change} (CIE DE2000, 95th percentile).",
        "在 {profile} 色彩配置中,颜色变化达 {change}(CIE DE2000,第 95 百分位)。"),
    "glyph_missing": _words(
        "One of the characters cannot be printed: {part}. Please take it out.",
        "有一个字符无法印刷:{part}。请删除它。",
        "Layer {layer}: no font has the character {part}.",
        "图层 {layer}:没有字体包含字符 {part}。"),
    "text_control_character": _words(
        "The text contains a sign that cannot be printed. Please type it anew.",
        "文字中有无法印刷的符号,请重新输入。",
        "Layer {layer}: {message}", "图层 {layer}:{message}"),
    "image_missing": _words(
        "A photo is missing. Please add it.", "缺少照片,请添加。",
        "Layer {layer}: {message}", "图层 {layer}:{message}"),
    "image_too_large": _words(
        "This photo is too large. Please choose a smaller one.", "照片太大,请换一张小一点的。",
        "Layer {layer}: {message}", "图层 {layer}:{message}"),
    "other": _words(
        "This cannot be made as it is. Please change your answers or ask the shop.",
        "目前无法制作。请修改内容或联系店家。",
        "Layer {layer}: {message}", "图层 {layer}:{message}"),
}
# a failure that no layer is at fault for, and no entry of its own
WORDS["whole"] = WORDS["other"] | {"merchant": {"en": "{message}", "zh": "{message}"}}
WORDS["image_truncated"] = WORDS["image_corrupt"] = WORDS["image_format"] = _words(
    "This photo cannot be read. Please choose another or save it again.", "照片无法读取,请换一张或重新保存。",
    "Layer {layer}: {message}", "图层 {layer}:{message}")
