using System.Collections.Concurrent;
using Glmm.Sparse.Persistence;
using Microsoft.Extensions.Options;

namespace Glmm.Sparse.Server;

/// <summary>The folder of models. A model is read once and shared by all requests; it is read again when its file
/// changes, which is looked for at most once a second. Thread-safe.</summary>
internal sealed partial class ModelStore(IOptions<ServerSettings> settings, ILogger<ModelStore> logger)
{
    private const long MillisecondsTrusted = 1_000;

    private readonly string _folder = Path.GetFullPath(settings.Value.ModelDirectory);
    private readonly int _most = settings.Value.ModelsInMemory;
    private readonly ConcurrentDictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Lock _loading = new();

    /// <summary>Models in memory.</summary>
    public int LoadedCount => _entries.Count;

    /// <summary>The folder can be read.</summary>
    public bool IsReady => Directory.Exists(_folder);

    /// <summary>The names of all models there are, in order.</summary>
    public IEnumerable<string> Names => !IsReady
        ? []
        : Directory.EnumerateFiles(_folder, "*" + ModelName.Extension)
            .Select(static path => Path.GetFileNameWithoutExtension(path)!)
            .Where(ModelName.IsValid)
            .Order(StringComparer.Ordinal);

    public bool Exists(string name) => File.Exists(PathOf(name));

    /// <summary>A model.</summary>
    /// <exception cref="RequestException">There is none of this name, or its file is none.</exception>
    public ServedModel Get(string name)
    {
        long now = Environment.TickCount64;
        if (_entries.TryGetValue(name, out Entry? entry) && now - entry.Checked < MillisecondsTrusted)
        {
            entry.Used = now;
            return entry.Model;
        }

        return Refresh(ModelName.Check(name), now);
    }

    /// <summary>Saves a model under a name that is not taken: complete or not at all.</summary>
    /// <exception cref="RequestException">The name is taken.</exception>
    public void Add(string name, GlmmModel model)
    {
        string path = PathOf(ModelName.Check(name));
        // A name that no model can have, in the same folder, so that it can be renamed.
        string temporary = Path.Combine(_folder, $".{name}.{Path.GetRandomFileName()}.tmp");
        try
        {
            model.Save(temporary);
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw Taken(name);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    public static RequestException Taken(string name) => RequestException.Conflict(
        $"There is a model '{name}' already, and models do not change; take another name, such as '{name}-2'.");

    private ServedModel Refresh(string name, long now)
    {
        lock (_loading)
        {
            string path = PathOf(name);
            if (FileStamp.Of(path) is not { } stamp)
            {
                _entries.TryRemove(name, out _);
                throw RequestException.NotFound($"There is no model '{name}'; GET /models lists those there are.");
            }

            if (_entries.TryGetValue(name, out Entry? known) && known.Model.Stamp == stamp)
            {
                (known.Checked, known.Used) = (now, now);
                return known.Model;
            }

            ServedModel model = Load(name, path, stamp);
            _entries[name] = new Entry(model) { Checked = now, Used = now };
            if (_entries.Count > _most) _entries.TryRemove(_entries.MinBy(static pair => pair.Value.Used));
            LogLoaded(logger, name, stamp.Length);
            return model;
        }
    }

    private static ServedModel Load(string name, string path, FileStamp stamp)
    {
        try
        {
            return new ServedModel(name, GlmmModel.Load(path), stamp);
        }
        catch (ModelFileException error)
        {
            // The file is the operator's to mend; its place is not for the client.
            throw new RequestException(
                StatusCodes.Status503ServiceUnavailable,
                $"The model '{name}' cannot be served. {error.Message.Replace(path, name, StringComparison.Ordinal)}",
                error);
        }
    }

    private string PathOf(string name) => Path.Combine(_folder, name + ModelName.Extension);

    private sealed class Entry(ServedModel model)
    {
        public ServedModel Model { get; } = model;

        public long Checked { get; set; }

        public long Used { get; set; }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Model {Name} read, {Bytes} bytes.")]
    private static partial void LogLoaded(ILogger logger, string name, long bytes);
}
