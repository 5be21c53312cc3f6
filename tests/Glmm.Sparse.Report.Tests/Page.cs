using Microsoft.Playwright;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary>A report open in a browser, with all that the browser said of it and asked for.</summary>
internal sealed class Page : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly string _file;

    private Page(IBrowserContext context, IPage page, string file) => (_context, Browser, _file) = (context, page, file);

    /// <summary>The page.</summary>
    public IPage Browser { get; }

    /// <summary>Messages of its console, and errors.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>What was requested.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Writes the report of a sample, and opens it.</summary>
    public static async Task<Page> OpenAsync(IBrowser browser, string name, int width, ColorScheme scheme)
    {
        string file = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"report-{Guid.NewGuid():N}.html");
        await File.WriteAllTextAsync(file, Reports.Of(name));
        IBrowserContext context = await browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = 900 },
            ColorScheme = scheme,
        });
        var page = new Page(context, await context.NewPageAsync(), file);
        page.Browser.Console += (_, message) => page.Messages.Add(message.Text);
        page.Browser.PageError += (_, error) => page.Messages.Add(error);
        page.Browser.Request += (_, request) => page.Requests.Add(request.Url);
        await page.Browser.GotoAsync(new Uri(file).AbsoluteUri);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        File.Delete(_file);
    }
}
