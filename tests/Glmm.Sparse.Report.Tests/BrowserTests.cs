using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using NUnit.Framework;

namespace Glmm.Sparse.Report.Tests;

/// <summary>The report in a real browser: that of the machine, driven without a window.</summary>
[TestFixture]
internal sealed class BrowserTests
{
    private IPlaywright? _playwright;
    private IBrowser? _browser;

    [OneTimeSetUp]
    public async Task Open()
    {
        if (Chromium.Path is null)
            Assert.Ignore("There is no Chromium: install it, or say where it is in CHROMIUM_PATH.");
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Chromium.Path,
            // The sandbox does not run as root, and what is shown is our own.
            Args = ["--no-sandbox", "--disable-gpu"],
        });
    }

    [OneTimeTearDown]
    public async Task Close()
    {
        if (_browser is not null) await _browser.CloseAsync();
        _playwright?.Dispose();
    }

    [TestCase("epil", "calibration")]
    [TestCase("toenail", "")]
    [TestCase("sleepstudy", "calibration")]
    public async Task AllFiguresAreThereAndNothingIsAskedOfTheNetwork(string name, string absent)
    {
        await using Page page = await Page.OpenAsync(_browser!, name, 1280, ColorScheme.Light);
        foreach (string plot in ReportPlots.Names.Where(plot => plot != absent))
        {
            ILocator figure = page.Browser.Locator($"figure#plot-{plot}");
            Assert.That(await figure.CountAsync(), Is.EqualTo(1), plot);
            foreach (ILocator drawing in await figure.Locator("svg").AllAsync())
            {
                LocatorBoundingBoxResult? box = await drawing.BoundingBoxAsync();
                Assert.That(box!.Width, Is.GreaterThan(100), plot);
                Assert.That(box.Height, Is.GreaterThan(60), plot);
            }

            string seen = await figure.Locator("strong").InnerTextAsync();
            Assert.That(seen, Does.Match("[0-9]"), $"what is seen in {plot}, in numbers");
            Assert.That(await figure.GetByRole(AriaRole.Img).CountAsync(), Is.EqualTo(1), plot);
        }

        if (absent.Length > 0) Assert.That(await page.Browser.Locator($"#plot-{absent}").CountAsync(), Is.Zero);
        Assert.That(page.Messages, Is.Empty, "console");
        Assert.That(page.Requests, Has.Count.EqualTo(1), "the file itself");
    }

    [TestCase("epil")]
    [TestCase("toenail")]
    [TestCase("sleepstudy")]
    public async Task NothingIsWiderThanAPhone(string name)
    {
        await using Page page = await Page.OpenAsync(_browser!, name, 390, ColorScheme.Light);
        int width = await page.Browser.EvaluateAsync<int>("document.documentElement.scrollWidth");
        Assert.That(width, Is.LessThanOrEqualTo(390));
        double smallest = await page.Browser.EvaluateAsync<double>(
            "Math.min(...[...document.querySelectorAll('figure svg text')].map(t => " +
            "parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a))");
        Assert.That(smallest, Is.GreaterThan(8), "pixels of the smallest text in a figure");
    }

    [TestCase("epil", ColorScheme.Dark)]
    [TestCase("toenail", ColorScheme.Dark)]
    [TestCase("sleepstudy", ColorScheme.Dark)]
    [TestCase("sleepstudy", ColorScheme.Light)]
    public async Task TextStandsOutFromItsGround(string name, ColorScheme scheme)
    {
        await using Page page = await Page.OpenAsync(_browser!, name, 1280, scheme);
        double ground = await Luminance(page, "body", "backgroundColor");
        double text = await Luminance(page, "body", "color");
        double figure = await Luminance(page, "figure svg text", "fill");
        Assert.That(ground, scheme == ColorScheme.Dark ? Is.LessThan(0.05) : Is.GreaterThan(0.9));
        Assert.That(Contrast(ground, text), Is.GreaterThan(7));
        Assert.That(Contrast(ground, figure), Is.GreaterThan(4.5));
    }

    [TestCase("toenail", 1280, ColorScheme.Light)]
    [TestCase("toenail", 390, ColorScheme.Dark)]
    [TestCase("epil", 390, ColorScheme.Light)]
    [TestCase("sleepstudy", 1280, ColorScheme.Dark)]
    public async Task AxeFindsNothing(string name, int width, ColorScheme scheme)
    {
        await using Page page = await Page.OpenAsync(_browser!, name, width, scheme);
        AxeResult result = await page.Browser.RunAxe();
        Assert.That(result.Passes, Is.Not.Empty, "axe ran");
        Assert.That(
            result.Violations.Select(v => $"{v.Impact} {v.Id}: {v.Nodes[0].Html}"), Is.Empty);
    }

    [Test]
    public async Task LabelsOfTheDataAreTextAndNoMarkup()
    {
        await using Page page = await Page.OpenAsync(_browser!, "hostile", 1280, ColorScheme.Light);
        Assert.That(await page.Browser.Locator("script, b.injected").CountAsync(), Is.Zero);
        Assert.That(await page.Browser.EvaluateAsync<bool>("'injected' in window"), Is.False);
        Assert.That(page.Messages, Is.Empty);
        Assert.That(await page.Browser.Locator("#fixed-effects").InnerTextAsync(), Does.Contain("<b class=injected>"));
        Assert.That(
            await page.Browser.Locator("#influence-table").InnerTextAsync(), Does.Contain("<script>injected = 1"));
    }

    private static async Task<double> Luminance(Page page, string selector, string property) =>
        await page.Browser.EvaluateAsync<double>(
            "([selector, property]) => { const c = getComputedStyle(document.querySelector(selector))[property]" +
            ".match(/[\\d.]+/g).slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : " +
            "((v + 0.055) / 1.055) ** 2.4); return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2]; }",
            new[] { selector, property });

    private static double Contrast(double a, double b) => (Math.Max(a, b) + 0.05) / (Math.Min(a, b) + 0.05);
}
