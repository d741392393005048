package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/xuanti/xuanti"
	"github.com/xuanti/xuanti/crawler"
	"github.com/xuanti/xuanti/crawler/article"
	"github.com/xuanti/xuanti/crawler/board"
	"github.com/xuanti/xuanti/crawler/feed"
	"github.com/xuanti/xuanti/crawler/fetch"
	"github.com/xuanti/xuanti/crawler/health"
	"github.com/xuanti/xuanti/crawler/opml"
	"github.com/xuanti/xuanti/engine"
)

// maxSavedAnswer bounds a saved response.
const maxSavedAnswer = 16 << 20

// errSourceFailed makes the exit status 1 after the report said why.
const errSourceFailed = exitCode(1)

// sourceTester is one run of `xuanti source test`.
type sourceTester struct {
	app     *app
	out     io.Writer
	boards  *board.Set
	crawler *crawler.Crawler
	fetcher *fetch.Fetcher
	clock   xuanti.Clock
	report  report
	board   string // --board: id or file
	adapter string
}

func (a *app) sourceTest() *cobra.Command {
	t := &sourceTester{app: a, clock: xuanti.SystemClock{}}
	cmd := &cobra.Command{
		Use: "test FILE|URL|ID", Args: cobra.ExactArgs(1),
		Short: "抓取一次，看会得到什么、丢弃了什么、为什么 (fetch once: what comes, what is rejected and why)",
		Long: "抓取一次并打印结果，不保存任何东西。失败时退出码不为零。\n" +
			"Fetches once and prints the result; saves nothing. The exit status is not zero on failure.\n\n" +
			"  xuanti source test boards/my.yaml              榜单文件：依次请求它的每个端点 (a board file: asks each of its endpoints)\n" +
			"  xuanti source test weibo                       内置榜单、数据目录里的榜单或已保存的来源 (a board or a stored source by its id)\n" +
			"  xuanti source test https://example.com/        订阅源或网页，自动识别 (a feed or a page, the kind is detected)\n" +
			"  xuanti source test saved.json --board my.yaml  用榜单解析保存下来的响应，不联网 (a saved answer read by a board, offline)\n" +
			"  xuanti source test https://… --board weibo     用榜单解析这个地址的响应 (the answer of an address read by a board)\n" +
			"  xuanti source test feed.xml                    保存下来的订阅源、网页或 OPML，不联网 (a saved feed, page or OPML, offline)",
		RunE: func(cmd *cobra.Command, args []string) error {
			t.out = cmd.OutOrStdout()
			t.report.w = t.out
			return t.run(cmd.Context(), args[0], cmd.ErrOrStderr())
		},
	}
	cmd.Flags().StringVar(&t.board, "board", "", "榜单：名称或文件 (board: its id or its file)")
	cmd.Flags().StringVar(&t.adapter, "adapter", "", "只用这个端点 (only this endpoint)")
	cmd.Flags().IntVar(&t.report.rows, "rows", 20, "最多打印的行数，0 为全部 (rows printed, 0 for all)")
	return cmd
}

func (t *sourceTester) run(ctx context.Context, arg string, errw io.Writer) error {
	cfg, err := t.app.offline()
	if err != nil {
		return err
	}
	t.boards = board.Load(engine.BoardFolder(cfg.Data))
	for _, p := range t.boards.Problems {
		fmt.Fprintln(errw, "警告 warning:", p)
	}
	o, err := engine.FetchOptions(cfg)
	if err != nil {
		return err
	}
	o.Clock, o.Log, o.Trace = t.clock, logger(errw, cfg.Log), t.report.exchange
	t.fetcher = fetch.New(o)
	defer t.fetcher.Close()
	t.crawler = crawler.New(crawler.Options{Fetcher: t.fetcher, Clock: t.clock, Log: o.Log, Boards: t.boards})
	switch info, err := os.Stat(arg); {
	case err == nil && info.IsDir():
		return xuanti.Errorf(xuanti.CodeInvalid, "%s 是文件夹；请给出一个文件 (a folder; name a file)", arg)
	case err == nil && isBoardFile(arg):
		b, err := boardFile(arg)
		if err != nil {
			return err
		}
		return t.tryBoard(ctx, b, xuanti.Source{})
	case err == nil:
		return t.saved(arg)
	case isBoardFile(arg) && !strings.Contains(arg, "://"):
		return xuanti.Errorf(xuanti.CodeInvalid, "%s: 没有这个文件 (no such file)", arg)
	}
	if b, err := t.boards.Board(arg); err == nil {
		return t.tryBoard(ctx, b, xuanti.Source{})
	} else if xuanti.CodeOf(err) != xuanti.CodeNotFound {
		return err
	}
	if strings.ContainsAny(arg, "./:") {
		return t.address(ctx, arg)
	}
	return t.stored(ctx, arg, errw)
}

func isBoardFile(name string) bool {
	ext := strings.ToLower(filepath.Ext(name))
	return ext == ".yaml" || ext == ".yml"
}

func boardFile(name string) (*board.Board, error) {
	data, err := readFile(name)
	if err != nil {
		return nil, err
	}
	b, err := board.ParseFile(name, data)
	if err != nil {
		return nil, err
	}
	b.File = name
	return b, nil
}

// readFile reads a file of bounded size.
func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, name+": 无法打开 (cannot be opened)")
	}
	data, err := io.ReadAll(io.LimitReader(f, maxSavedAnswer+1))
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, xuanti.Wrap(xuanti.CodeInvalid, err, name+": 无法读取 (cannot be read)")
	}
	if len(data) > maxSavedAnswer {
		return nil, xuanti.Errorf(xuanti.CodeLimited, "%s: 超过 %d 字节 (too large)", name, maxSavedAnswer)
	}
	return data, nil
}

// named finds the board of --board.
func (t *sourceTester) named() (*board.Board, error) {
	if isBoardFile(t.board) {
		return boardFile(t.board)
	}
	b, err := t.boards.Board(t.board)
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return nil, xuanti.Errorf(xuanti.CodeInvalid, "--board: 没有名为 %s 的榜单；有 %s (no such board)", t.board, boardIDs(t.boards))
	}
	return b, err
}

func boardIDs(s *board.Set) string {
	var ids []string
	for _, b := range s.All() {
		ids = append(ids, b.ID)
	}
	return strings.Join(ids, " ")
}

// tryBoard asks the endpoints of a board, or the one of --adapter.
func (t *sourceTester) tryBoard(ctx context.Context, b *board.Board, src xuanti.Source) error {
	if t.adapter != "" && !slices.Contains(b.Adapters, t.adapter) {
		return xuanti.Errorf(xuanti.CodeInvalid, "--adapter: 榜单 %s 没有端点 %s；有 %s (no such endpoint)", b.ID, t.adapter, strings.Join(b.Adapters, " "))
	}
	t.report.head(b)
	answered := ""
	for _, name := range b.Adapters {
		if t.adapter != "" && name != t.adapter {
			continue
		}
		got := t.crawler.TryEndpoint(ctx, b, name, src)
		t.report.attempt(b, &got)
		if got.Err == nil && answered == "" {
			answered = name
		}
	}
	t.report.verdict(b, answered)
	if answered == "" {
		return errSourceFailed
	}
	return nil
}

// saved reads a file that holds an answer, offline.
func (t *sourceTester) saved(name string) error {
	body, err := readFile(name)
	if err != nil {
		return err
	}
	contentType := http.DetectContentType(body)
	if t.board != "" {
		return t.read(name, body, contentType)
	}
	return t.inspect(name, body, contentType)
}

// read lets the board of --board read an answer.
func (t *sourceTester) read(from string, body []byte, contentType string) error {
	b, err := t.named()
	if err != nil {
		return err
	}
	t.report.head(b)
	got := board.Attempt{Reading: b.Read(t.adapter, body, contentType, t.clock.Now()), URL: from, Bytes: len(body)}
	t.report.attempt(b, &got)
	if got.Err != nil {
		return errSourceFailed
	}
	return nil
}

// inspect tells what a saved file is: a feed, an OPML list, or an article.
func (t *sourceTester) inspect(name string, body []byte, contentType string) error {
	now := t.clock.Now()
	if feed, err := feed.Parse(body, contentType, "", nil, now); err == nil {
		t.report.source("订阅源 feed", feed.Title, name)
		t.report.items(feed.Items, feed.Dropped)
		if len(feed.Items) == 0 {
			return errSourceFailed
		}
		return nil
	}
	if bytes.Contains(bytes.ToLower(body[:min(len(body), 4096)]), []byte("<opml")) {
		outlines, err := opml.Parse(bytes.NewReader(body))
		if err != nil {
			return err
		}
		t.report.source("OPML 订阅列表 list of feeds", fmt.Sprintf("%d 个订阅源 feeds", len(outlines.Feeds)), name)
		for _, f := range outlines.Feeds {
			fmt.Fprintf(t.out, "  %s  %s\n", f.Title, f.URL)
		}
		for _, s := range outlines.Skipped {
			fmt.Fprintf(t.out, "  ✗ 第 %d 行 line %d: %s %s: %s\n", s.Line, s.Line, s.Title, s.URL, s.Why)
		}
		return nil
	}
	art, err := article.Extract(body, contentType, "", now)
	if err != nil || art.Text == "" || !bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) {
		fmt.Fprintln(t.out, "✗ 不是订阅源、OPML 或文章页；榜单的响应请加 --board (no feed, OPML or article; for a board's answer add --board)")
		return errSourceFailed
	}
	t.report.article(name, art)
	return nil
}

// address detects what a URL is, or lets the board of --board read its answer.
func (t *sourceTester) address(ctx context.Context, arg string) error {
	if t.board != "" {
		resp, err := t.fetcher.Do(ctx, fetch.Request{URL: arg})
		t.report.exchanges()
		if err != nil {
			return t.failed(err)
		}
		return t.read(arg, resp.Body, resp.Header.Get("Content-Type"))
	}
	src, res, err := t.crawler.Detect(ctx, arg)
	t.report.exchanges()
	if err == nil {
		err = res.Err
	}
	if err != nil {
		if xuanti.CodeOf(err) == xuanti.CodeInvalid { // it was fetched, and is no source
			t.single(ctx, arg)
		}
		return t.failed(err)
	}
	return t.poll(src, res)
}

// leastArticle is the length from which the text of a page is called an article.
const leastArticle = 80 // characters

// single shows the article of a page that is no source, if it holds one: so that a
// person sees what was read, and that the address of a list or a feed is wanted.
func (t *sourceTester) single(ctx context.Context, arg string) {
	if !strings.Contains(arg, "://") {
		arg = "https://" + arg
	}
	resp, err := t.fetcher.Do(ctx, fetch.Request{URL: arg, MaxBytes: article.MaxPage, Robots: true})
	if err != nil {
		return // the failure that is told is the one of the detection
	}
	art, err := article.Extract(resp.Body, resp.Header.Get("Content-Type"), resp.URL, t.clock.Now())
	if err != nil || art.Title == "" || len([]rune(art.Text)) < leastArticle {
		return // no article
	}
	t.report.article(resp.URL, art)
	fmt.Fprintln(t.out, "\n这是单篇文章；作为来源要的是列出文章的页面或订阅源 (a single article; a source is a page that lists articles, or a feed)")
}

// stored polls a source of the data folder.
func (t *sourceTester) stored(ctx context.Context, id string, errw io.Writer) error {
	var src xuanti.Source
	err := t.app.with(ctx, engine.Options{}, errw, func(e *engine.Engine) (err error) {
		src, err = e.StoredSource(ctx, id)
		return err
	})
	if xuanti.CodeOf(err) == xuanti.CodeNotFound {
		return xuanti.Errorf(xuanti.CodeInvalid, "没有名为 %s 的文件、榜单或来源；榜单有 %s (no such file, board or source)", id, boardIDs(t.boards))
	}
	if err != nil {
		return err
	}
	if src.Board != "" {
		b, err := t.boards.Board(src.Board)
		if err != nil {
			return err
		}
		return t.tryBoard(ctx, b, src)
	}
	src.Fetch = xuanti.FetchState{}
	res := t.crawler.Poll(ctx, src)
	t.report.exchanges()
	if res.Err != nil {
		return t.failed(res.Err)
	}
	return t.poll(src, res)
}

func (t *sourceTester) poll(src xuanti.Source, res crawler.Result) error {
	t.report.source(kindWords(src.Kind), src.Name, src.URL)
	t.report.items(res.Items, 0)
	for _, w := range res.Warnings {
		fmt.Fprintln(t.out, "警告 warning:", w)
	}
	for _, l := range res.Others {
		fmt.Fprintln(t.out, "另一个订阅源 another feed:", l.URL, l.Title)
	}
	if len(res.Items) == 0 {
		return errSourceFailed
	}
	return nil
}

func (t *sourceTester) failed(err error) error {
	fmt.Fprintf(t.out, "✗ 失败 failed: %s\n  %v\n", health.Words(err), err)
	var fe *fetch.Error
	if errors.As(err, &fe) && fe.Kind == fetch.KindBlocked {
		fmt.Fprintln(t.out, "  内网的来源要在配置 crawler.allow_private 里放行 (allow private networks under crawler.allow_private)")
	}
	return errSourceFailed
}

func kindWords(k xuanti.SourceKind) string {
	switch k {
	case xuanti.SourceFeed:
		return "订阅源 feed"
	case xuanti.SourcePage:
		return "网页列表 page"
	case xuanti.SourceBoard:
		return "榜单 board"
	}
	return string(k)
}
