//go:build browser

package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// imports takes a back office's file in as an operator would: upload, look,
// correct a column, try, import, look at a post, undo.
func imports(t *testing.T, b *browser) {
	file := backOffice(t, t.TempDir(), 40)
	b.open(t, "/accounts")
	b.click(t, "details.form:not(#import) summary")
	b.fill(t, "details.form:not(#import) input[name=name]", "巷口小店")
	choose(t, b, "details.form:not(#import) select[name=platform]", "wechat")
	b.click(t, "details.form:not(#import) button.primary")
	b.wait(t, "the account is there", `document.querySelector('h1').textContent === '巷口小店'`)
	account := look[string](t, b, `location.pathname`)
	id := strings.TrimPrefix(account, "/accounts/")
	b.open(t, "/accounts")
	b.click(t, "#import summary")
	b.do(t, chromedp.SetUploadFiles(chromedp.CSS(`#import input[type=file]`), []string{file}))
	choose(t, b, "#import select[name=account]", id)
	b.click(t, "#import button.primary")
	b.wait(t, "the preview opens", `document.querySelector('form.mapper') && document.querySelectorAll('.sample').length === 10`)
	if got := strings.Join(b.texts(t, ".flash"), " "); !strings.Contains(got, "公众号后台") {
		t.Errorf("the preset is not recognised: %s", got)
	}
	if got := look[string](t, b, `document.querySelector('select[name=account]').value + ' ' + document.querySelector('select[name=c-D]').value`); got != id+" read" {
		t.Errorf("account and column D: %s", got)
	}
	b.shot(t, "import-preview")
	b.screen(t, 390, 844, "light")
	if wide := look[int](t, b, `document.documentElement.scrollWidth`); wide > 390 {
		t.Errorf("the preview is %d wide on a phone", wide)
	}
	b.shot(t, "import-preview-phone")
	b.screen(t, 1280, 900, "light")
	choose(t, b, "select[name=c-C]", "-") // readers are not wanted
	b.click(t, "button[value=dry]")
	b.wait(t, "the dry run reports", `document.querySelector('#dry')?.textContent.includes('新作品 40')`)
	if got := look[string](t, b, `document.querySelector('select[name=c-C]').value`); got != "-" {
		t.Errorf("the correction is forgotten: %s", got)
	}
	b.click(t, "button[value=commit]")
	b.wait(t, "the import is done", `document.querySelector('#result')?.textContent.includes('新作品 40')`)
	if got := strings.Join(b.texts(t, ".times li"), " "); !strings.Contains(got, "42") {
		t.Errorf("the wrong row is not named: %s", got)
	}
	b.shot(t, "import-done")
	b.click(t, `#result a[href="`+account+`"]`)
	b.wait(t, "the account shows its posts", `location.pathname === '`+account+`' && document.querySelectorAll('.nums dd')[2].textContent === '40'`)
	b.click(t, "#edit summary")
	b.fill(t, "#edit input[name=followers]", "12000")
	b.click(t, "#edit button.primary")
	b.wait(t, "the followers are kept", `document.querySelectorAll('.nums dd')[1].textContent === '1.2万'`)

	// A post of the demo has been seen many times.
	b.open(t, "/accounts/bv-acheng")
	b.click(t, ".posts a.trend")
	b.wait(t, "the post opens", `location.pathname.startsWith('/posts/')`)
	b.wait(t, "uPlot draws the counts", inkOn("counts")+` > 300`)
	if got := strings.Join(b.texts(t, ".nums dt"), " "); !strings.Contains(got, "稳健 z") || !strings.Contains(got, "可信度") {
		t.Errorf("the score is not explained: %s", got)
	}
	b.shot(t, "post")

	b.open(t, "/accounts")
	b.click(t, "#import summary")
	b.click(t, "#import .times a")
	b.wait(t, "the import opens again", `document.querySelector('#result')`)
	look[bool](t, b, `(window.confirm = () => true) !== null`)
	b.click(t, "button[value=undo]")
	b.wait(t, "the import is undone", `document.querySelector('#result')?.textContent.includes('已撤销')`)
	b.open(t, account)
	if left := b.texts(t, ".nums dd")[2]; left != "0" {
		t.Errorf("%s posts after undoing", left)
	}
	look[bool](t, b, `(window.confirm = () => true) !== null`)
	b.click(t, `form[action$="/delete"] button`)
	b.wait(t, "the account is gone", `location.pathname === '/accounts' && !document.body.textContent.includes('巷口小店')`)
}

// choose picks an option of a select.
func choose(t *testing.T, b *browser, selector, value string) {
	t.Helper()
	if got := look[string](t, b, fmt.Sprintf(`(e => { e.value = %q; return e.value })(document.querySelector(%q))`, value, selector)); got != value {
		t.Fatalf("%s cannot be %s", selector, value)
	}
}
