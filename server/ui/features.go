package ui

// FeatureWord names a feature of the grouping scorer (package trend) or of a
// copy (package nlp); unknown ones keep their name, so that a new feature
// shows up at once.
func FeatureWord(lang, name string) string {
	if zh, en := pairFeature(name); zh != "" {
		return word(lang, zh, en)
	}
	switch name {
	case "bias":
		return word(lang, "起点", "starting point")
	case "other_members":
		return word(lang, "与其他成员的相似程度", "likeness to the other members")
	case "days_since_last":
		return word(lang, "距事件上一条的天数", "days since the last member")
	case "conflict":
		return word(lang, "与成员矛盾的比例", "share of members that contradict")
	case "own_wording":
		return word(lang, "共有措辞只见于此事件的程度", "wording found in this cluster alone")
	case "same_platform":
		return word(lang, "同一平台同时另有一条", "the same platform lists another title of it now")
	case "span":
		return word(lang, "事件已持续的时间", "how long the cluster has lasted")
	case "open":
		return word(lang, "同时在看的事件数", "how much else is open")
	case "crowd":
		return word(lang, "话题已有的事件数", "how many events the topic holds")
	case "others":
		return word(lang, "其余特征合计", "all other features")
	case "copy", "by_copy", "exact":
		return word(lang, "全文相同", "identical text")
	case "title":
		return word(lang, "标题相同", "identical title")
	case "body":
		return word(lang, "正文相同", "identical body")
	case "paragraphs":
		return word(lang, "段落大部分相同", "most paragraphs are the same")
	case "minhash":
		return word(lang, "文字片段大部分相同", "most passages are the same")
	}
	return name
}

// pairFeature names what is compared between two titles.
func pairFeature(name string) (zh, en string) {
	switch name {
	case "gram_cosine":
		return "相邻字相似度", "similarity of character pairs"
	case "gram_contain":
		return "短标题的用字被包含的程度", "short title contained, by pairs"
	case "gram_shared_idf":
		return "共有用字的稀有程度", "rarity of shared pairs"
	case "gram_top_idf":
		return "最少见的共有用字", "rarest shared pair"
	case "gram_jaccard":
		return "相邻字重合比例", "overlap of character pairs"
	case "char_cosine":
		return "单字相似度", "similarity of characters"
	case "word_cosine":
		return "用词相似度", "similarity of words"
	case "word_contain":
		return "短标题的用词被包含的程度", "short title contained, by words"
	case "word_shared":
		return "共有词数", "shared words"
	case "word_top_idf":
		return "最少见的共有词", "rarest shared word"
	case "word_second_idf":
		return "第二少见的共有词", "second rarest shared word"
	case "run_length":
		return "最长相同片段的字数", "longest common run"
	case "run_share":
		return "最长相同片段占短标题", "longest run, share of the short title"
	case "run_idf":
		return "最长相同片段的稀有程度", "rarity of the longest run"
	case "run2_idf":
		return "第二相同片段的稀有程度", "rarity of the second run"
	case "subsequence_share":
		return "顺序一致的字占短标题", "characters in the same order"
	case "name_shared_idf":
		return "共有名称的稀有程度", "rarity of shared names"
	case "name_top_idf":
		return "最少见的共有名称", "rarest shared name"
	case "name_conflict":
		return "名称不一致", "names differ"
	case "place_shared":
		return "共有地点", "shared places"
	case "place_conflict":
		return "地点不一致", "places differ"
	case "number_shared":
		return "共有数字", "shared numbers"
	case "number_conflict":
		return "数字不一致", "numbers differ"
	case "number_one_sided":
		return "一方多出的数字", "numbers on one side only"
	case "latin_shared":
		return "共有英文或型号", "shared Latin words"
	case "latin_conflict":
		return "英文或型号不一致", "Latin words differ"
	case "head_cosine":
		return "开头相似度", "similarity of the first clauses"
	case "head_to_all":
		return "开头被对方包含的程度", "first clause contained in the other"
	case "lead_equal":
		return "栏目前缀相同", "same leading label"
	case "topic_cosine":
		return "领域相似度", "similarity of the field"
	case "rest_cosine":
		return "其余部分的领域相似度", "field of what is not shared"
	case "rest_idf_short":
		return "短标题独有的内容", "only in the short title"
	case "rest_idf_long":
		return "长标题独有的内容", "only in the long title"
	case "runes_short":
		return "短标题字数", "length of the short title"
	case "runes_long":
		return "长标题字数", "length of the long title"
	case "length_ratio":
		return "标题长度比", "ratio of lengths"
	case "questions":
		return "疑问句", "a question or not"
	case "clips":
		return "影视片段类标题", "a clip or not"
	}
	return "", ""
}
