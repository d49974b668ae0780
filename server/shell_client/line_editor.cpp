#include <edge/server/shell_client/completion_edit.h>
#include <edge/server/shell_client/line_editor.h>

#include <fcntl.h>
#include <histedit.h>
#include <langinfo.h>
#include <locale.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

namespace edge {
namespace {

constexpr mode_t kOwnerOnly = 0600;
constexpr int kDefaultWidth = 80;
constexpr std::size_t kMaxSecret = 4096;
constexpr char kCtrlC = 3, kCtrlD = 4, kCtrlH = 8, kCtrlU = 21, kDelete = 127;

// libedit takes the character set from the locale. This thread gets the user's, or UTF-8 where that is
// something else, because cmdlets are UTF-8; the rest of the process keeps its own.
class Utf8Locale {
public:
    Utf8Locale()
        : locale_(::newlocale(LC_CTYPE_MASK, "", nullptr)) {
        if (locale_ && std::strcmp(::nl_langinfo_l(CODESET, locale_), "UTF-8") == 0)
            before_ = ::uselocale(locale_);
        else if (auto utf8 = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", locale_))
            before_ = ::uselocale(locale_ = utf8);
    }
    ~Utf8Locale() {
        if (before_)
            ::uselocale(before_);
        if (locale_)
            ::freelocale(locale_);
    }
    Utf8Locale(const Utf8Locale&) = delete;
    Utf8Locale& operator=(const Utf8Locale&) = delete;

private:
    locale_t locale_;
    locale_t before_ = nullptr;
};

// Keys come one by one, unseen and without signals, until this goes.
class RawTerminal {
public:
    explicit RawTerminal(int fd)
        : fd_(fd)
        , changed_(::tcgetattr(fd, &before_) == 0) {
        if (!changed_)
            return;
        termios raw = before_;
        raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        raw.c_cc[VMIN] = 1;
        raw.c_cc[VTIME] = 0;
        ::tcsetattr(fd_, TCSAFLUSH, &raw);
    }
    ~RawTerminal() {
        if (changed_)
            ::tcsetattr(fd_, TCSAFLUSH, &before_);
    }
    RawTerminal(const RawTerminal&) = delete;
    RawTerminal& operator=(const RawTerminal&) = delete;

private:
    int fd_;
    termios before_{};
    bool changed_;
};

} // namespace

class LineEditor::Engine {
public:
    Engine(const ShellStreams& streams, std::string historyFile, Completer complete);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    EditedLine read(const std::string& prompt, bool isScript);
    EditedLine readSecret(const std::string& prompt);

private:
    static Engine& of(EditLine* editor);
    static char* onPrompt(EditLine* editor);
    static unsigned char onTab(EditLine* editor, wint_t key);
    static unsigned char onCtrlC(EditLine* editor, wint_t key);
    static unsigned char onCtrlZ(EditLine* editor, wint_t key);

    void bindKeys();
    unsigned char complete();
    void remember(const char* line);
    void saveHistory();

    const ShellStreams streams_;
    const std::string historyFile_;
    const Completer complete_;
    Utf8Locale locale_;
    EditLine* editor_;
    History* history_;
    std::string prompt_;
    bool isScript_ = false;
    bool interrupted_ = false;
};

LineEditor::Engine::Engine(const ShellStreams& streams, std::string historyFile, Completer complete)
    : streams_(streams)
    , historyFile_(std::move(historyFile))
    , complete_(std::move(complete))
    , editor_(::el_init("edgesim", streams.in, streams.out, streams.err))
    , history_(::history_init()) {
    HistEvent event;
    ::history(history_, &event, H_SETSIZE, kMaxHistory);
    ::history(history_, &event, H_SETUNIQUE, 1);
    ::history(history_, &event, H_LOAD, historyFile_.c_str());
    ::el_set(editor_, EL_CLIENTDATA, this);
    ::el_set(editor_, EL_PROMPT, onPrompt);
    ::el_set(editor_, EL_SIGNAL, 1); // a terminal that changes its size
    ::el_set(editor_, EL_HIST, ::history, history_);
    ::el_set(editor_, EL_EDITOR, "emacs");
    ::el_source(editor_, nullptr); // ~/.editrc: people have their own keys
    bindKeys();
}

LineEditor::Engine::~Engine() {
    ::el_end(editor_);
    ::history_end(history_);
}

void LineEditor::Engine::bindKeys() {
    // The wide form keeps the literals; the narrow one would keep copies and never free them.
    ::el_wset(editor_, EL_ADDFN, L"edgesim-complete", L"Completes the word", onTab);
    ::el_wset(editor_, EL_ADDFN, L"edgesim-interrupt", L"Forgets the line", onCtrlC);
    ::el_wset(editor_, EL_ADDFN, L"edgesim-suspend", L"Suspends the shell", onCtrlZ);
    ::el_set(editor_, EL_SETTY, "-d", "-isig", nullptr); // keys, not signals
    ::el_set(editor_, EL_BIND, "^I", "edgesim-complete", nullptr);
    ::el_set(editor_, EL_BIND, "^C", "edgesim-interrupt", nullptr);
    ::el_set(editor_, EL_BIND, "-a", "^C", "edgesim-interrupt", nullptr); // vi's command mode
    ::el_set(editor_, EL_BIND, "^Z", "edgesim-suspend", nullptr);
    ::el_set(editor_, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

LineEditor::Engine& LineEditor::Engine::of(EditLine* editor) {
    void* self = nullptr;
    ::el_get(editor, EL_CLIENTDATA, &self);
    return *static_cast<Engine*>(self);
}

char* LineEditor::Engine::onPrompt(EditLine* editor) {
    return of(editor).prompt_.data();
}

unsigned char LineEditor::Engine::onTab(EditLine* editor, wint_t) {
    return of(editor).complete();
}

unsigned char LineEditor::Engine::onCtrlC(EditLine* editor, wint_t) {
    of(editor).interrupted_ = true;
    return CC_NEWLINE;
}

// As the terminal would have done: libedit gives the terminal back before the process stops, and draws anew
// after.
unsigned char LineEditor::Engine::onCtrlZ(EditLine*, wint_t) {
    ::kill(0, SIGTSTP);
    return CC_REDISPLAY;
}

EditedLine LineEditor::Engine::read(const std::string& prompt, bool isScript) {
    prompt_ = prompt;
    isScript_ = isScript;
    interrupted_ = false;
    std::fflush(streams_.out);
    ::el_set(editor_, EL_PREP_TERM, 1); // before the prompt: who sees it may type at once
    int length = 0;
    const char* line = ::el_gets(editor_, &length);
    if (interrupted_ || (length < 0 && errno == EINTR)) {
        writeTo(streams_.out, "^C\n");
        return {EditedLine::End::Interrupted, {}};
    }
    if (!line || length <= 0) {
        writeTo(streams_.out, "\n");
        return {};
    }
    std::string text(line, static_cast<std::size_t>(length));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r'))
        text.pop_back();
    if (isScript && text.find_first_not_of(" \t") != std::string::npos)
        remember(text.c_str());
    return {EditedLine::End::Entered, std::move(text)};
}

unsigned char LineEditor::Engine::complete() {
    if (!isScript_)
        return CC_REFRESH_BEEP;
    const LineInfo* info = ::el_line(editor_);
    const CompletionRequest request{std::string(info->buffer, info->lastchar),
                                    static_cast<std::size_t>(info->cursor - info->buffer)};
    const auto edit = completionEdit(request, complete_(request));
    if (!edit.choices.empty()) {
        const auto width = static_cast<std::size_t>(widthOf(streams_.out, kDefaultWidth));
        writeTo(streams_.out, "\n" + screenText(inColumns(edit.choices, width)));
        return CC_REDISPLAY;
    }
    if (edit.insert.empty())
        return CC_REFRESH_BEEP;
    ::el_deletestr(editor_, static_cast<int>(edit.erase));
    return ::el_insertstr(editor_, edit.insert.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

void LineEditor::Engine::remember(const char* line) {
    HistEvent event;
    ::history(history_, &event, H_ENTER, line);
    saveHistory();
}

// Beside the old file and then over it: whoever reads sees one or the other.
void LineEditor::Engine::saveHistory() {
    const auto staged = historyFile_ + ".new";
    ::unlink(staged.c_str());
    const int fd = ::open(staged.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerOnly);
    std::FILE* file = fd >= 0 ? ::fdopen(fd, "w") : nullptr;
    if (!file)
        return; // no right to write there: the history ends with the shell
    HistEvent event;
    const bool written = ::history(history_, &event, H_SAVE_FP, file) >= 0;
    const bool closed = std::fclose(file) == 0;
    if (!written || !closed || ::rename(staged.c_str(), historyFile_.c_str()) != 0)
        ::unlink(staged.c_str());
}

EditedLine LineEditor::Engine::readSecret(const std::string& prompt) {
    const RawTerminal raw(::fileno(streams_.in)); // before the prompt, as above
    writeTo(streams_.out, prompt);
    EditedLine line{EditedLine::End::Ended, {}};
    char key = 0;
    while (line.text.size() < kMaxSecret && ::read(::fileno(streams_.in), &key, 1) == 1) {
        if (key == '\r' || key == '\n') {
            line.end = EditedLine::End::Entered;
            break;
        }
        if (key == kCtrlC)
            line.end = EditedLine::End::Interrupted;
        if (key == kCtrlC || (key == kCtrlD && line.text.empty())) {
            line.text.clear();
            break;
        }
        if (key == kCtrlU)
            line.text.clear();
        else if (key != kDelete && key != kCtrlH)
            line.text += key;
        else if (!line.text.empty())
            line.text.pop_back();
    }
    writeTo(streams_.out, "\n");
    return line;
}

LineEditor::LineEditor(const ShellStreams& streams, std::string historyFile, Completer complete)
    : engine_(std::make_unique<Engine>(streams, std::move(historyFile), std::move(complete))) {}

LineEditor::~LineEditor() = default;

EditedLine LineEditor::readLine(const std::string& prompt) {
    return engine_->read(prompt, true);
}

EditedLine LineEditor::readAnswer(const std::string& prompt) {
    return engine_->read(prompt, false);
}

EditedLine LineEditor::readSecret(const std::string& prompt) {
    return engine_->readSecret(prompt);
}

} // namespace edge
