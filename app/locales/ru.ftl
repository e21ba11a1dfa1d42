# Каждая страница

site-name = Pastebin
site-new-paste = Pastebin: новая запись
skip-to-content = Перейти к содержанию
nav-label = Главное меню
nav-recent = Недавние
nav-profile = Профиль
nav-log-in = Войти
nav-register = Регистрация
nav-log-out = Выйти
page-title = { $title } · Pastebin
page-title-error = Ошибка: { $title } · Pastebin
preferences-label = Язык и тема
language-switch = English
theme-system = Тема: авто
theme-light = Тема: светлая
theme-dark = Тема: тёмная
theme-system-action = Тема: авто. Переключить на светлую
theme-light-action = Тема: светлая. Переключить на тёмную
theme-dark-action = Тема: тёмная. Переключить на авто
notice-offline = Сайт не ответил. Проверьте соединение и попробуйте ещё раз.
flash-deleted = Запись удалена.
flash-registered = Учётная запись создана, вы вошли.
flash-logged-out = Вы вышли.

# Новая запись

new-title = Новая запись
new-text = Текст
new-placeholder = Наберите, вставьте или перетащите файл
new-editor-hint = Tab делает отступ. Чтобы выйти из редактора с клавиатуры, нажмите Esc, затем Tab. Ctrl или ⌘ с Enter сохраняет.
new-options = Параметры
new-file = Файл
new-file-choose = Выбрать файл
new-file-hint = Файл сохраняется вместо текста.
new-file-attached = { $name } ({ $size }) — будет сохранён вместо текста.
new-file-remove = Убрать файл
new-file-loaded = { $name } — в редакторе.
new-drop = Отпустите файл здесь
new-name = Название
new-optional = необязательно
new-syntax = Синтаксис
new-detect = Определить
new-plain = Обычный текст
new-syntax-hint = Начните набирать
new-lifetime = Срок хранения
new-lifetime-custom = Свой срок
new-lifetime-custom-hint = Число и m, h, d, w, M или y — минуты, часы, дни, недели, месяцы, годы: 90m, 3d, 2w
new-programs = Из терминала, скрипта, редактора
new-visibility = Кто может прочитать
new-save = Сохранить
new-saving = Отправка…
new-progress = Отправка текста
new-too-long = Лишние { $size }
new-lines = Строк
new-characters = Знаков
new-limit = до { $limit }
new-of-limit = из { $limit }
new-check = Проверьте:
new-file-only-one = Взят только { $name }: запись — это один текст. Остальные файлы не взяты.
new-file-empty = { $name } — пустой файл, сохранять нечего.
new-file-binary = { $name } — не текст, поэтому он не взят.
new-file-unreadable = { $name } не удаётся прочитать.
new-file-folder = Папку сохранить нельзя. Выберите файл из неё.
new-text-attached = Текст ({ $size }) приложен и будет сохранён. В редакторе каждое нажатие длилось бы долго.
new-text-remove = Убрать текст
new-text-insert = Править здесь
new-kept = Всё, что вы написали, на месте.
new-unanswered = Всё, что вы написали, на месте. Возможно, сайт всё же сохранил текст: проверьте, прежде чем отправлять ещё раз.
draft-kept = То, что вы пишете, остаётся в этой вкладке, пока вы не сохраните текст, не выйдете или не закроете вкладку.
draft-restored = Черновик восстановлен.
draft-discard = Удалить его
draft-discarded = Черновик удалён.
draft-off = Черновики выключены: если уйти со страницы, текст пропадёт.
draft-large = Текст слишком длинный для черновика: сохраните его, прежде чем уйти со страницы.
draft-file = Выбранный файл в черновике не остаётся: сохраните его, прежде чем уйти со страницы.
draft-unavailable = Этот браузер не хранит черновики: сохраните текст, прежде чем уйти со страницы.
draft-turn-off = Не хранить черновики
draft-turn-on = Хранить черновики

lifetime-minutes = 10 мин
lifetime-hour = 1 час
lifetime-day = 1 день
lifetime-week = Неделя
lifetime-month = Месяц
lifetime-year = Год
lifetime-never = Вечно
lifetime-custom = Другой

visibility-unlisted = По ссылке
visibility-public = Открытая
visibility-private = Личная
visibility-unlisted-hint = Все, у кого есть ссылка
visibility-public-hint = Все; видна и в разделе «Недавние»
visibility-private-hint = Только вы, когда вошли
visibility-private-locked = Только вы; для этого нужно войти

# Ошибки полей

error-text-empty = Напишите текст или выберите файл.
error-text-zero-byte = Это не текст: байт { $column } строки { $line } (всего { $position }-й) — нулевой.
error-text-not-utf-8 = Текст не в UTF-8: байт { $column } строки { $line } (всего { $position }-й) — { $value }.
error-text-likely = Похоже на { $encoding }.
error-text-charset = Отправьте его с charset={ $encoding }.
error-text-charset-or-lossy = Отправьте его с charset={ $encoding } или с lossy=1: тогда вместо того, что не читается, будет �.
error-view-limited = Здесь нет паст, которые исчезают после прочтения. Ничего не сохранено.
error-text-too-long = Текст длиннее { $limit }. Сократите его или разделите.
error-one-text-only = Выберите один файл: форма сохраняет по одному тексту.
error-too-many-texts = В одном запросе может быть не больше { $max } текстов. Ничего не сохранено.
error-unknown = Неизвестно: { $name }. Есть expires, syntax, title и visibility.
error-title-too-long = Название длиннее { $max } знаков.
error-syntax-unknown = Такого синтаксиса нет. Выберите из списка.
error-expires-invalid = Напишите число и единицу: 90m, 12h или 3d.
error-expires-too-long = Так долго тексты здесь не хранятся. Самый долгий срок: { $max }.
error-expires-too-long-anonymous = Без учётной записи тексты хранятся не дольше срока: { $max }.
error-visibility-invalid = Выберите, кто может прочитать текст.
error-private-needs-account = Чтобы сохранить личную запись, войдите.
error-email-invalid = Напишите адрес почты, например anna@example.org.
error-email-taken = Такая почта уже зарегистрирована. Войдите.
error-password-short = В пароле должно быть не меньше { $min } знаков.
error-password-long = В пароле может быть не больше { $max } знаков.
error-password-weak = Этот пароль легко угадать. Добавьте слово-другое.
error-credentials = Неверная почта или пароль.

# Запись

paste-untitled = Без названия
paste-tools = Действия
paste-copy = Копировать
paste-copy-link = Копировать ссылку
paste-copied = Текст скопирован.
paste-link-copied = Ссылка скопирована.
paste-copy-failed = Браузер не разрешил копирование.
paste-copy-again = Текст загружен. Нажмите «Копировать» ещё раз.
paste-raw = Исходник
paste-download = Скачать
paste-wrap = Перенос
paste-qr = QR-код
paste-qr-alt = QR-код ссылки
embed-copied = Код скопирован.
paste-embed = Встроить
paste-copy-to-new = Изменить копию
paste-keys = Клавиши
paste-text = Текст записи
paste-made = создана { $time }
paste-expires = исчезнет { $left }
paste-never = хранится вечно
paste-lines = Строки { $first }–{ $last }
paste-lines-of = { $last } из { $lines }
paste-plain = Раскрасить этот текст было бы слишком долго, поэтому он показан без цвета.
paste-plain-yet = Цвета готовятся дольше, чем страница их ждёт. Обновите её: возможно, они уже готовы.
paste-plain-lines = Строки длиннее { $bytes } байт показаны без цвета.
paste-range-copied = Ссылка на отмеченные строки скопирована.
paste-created = Запись сохранена
paste-created-link = Ссылка
paste-created-expires = Она исчезнет { $date }.
paste-created-never = Она хранится, пока её не удалят.
paste-created-anonymous = Сохраните ссылку: без учётной записи этот текст потом не найти в списке и не удалить.
new-lossy = Сохранить так, с � вместо того, что не читается
new-charset = Прочитать как { $encoding }
new-shown-lossy = Текст в редакторе, с � вместо того, что не читается: сохраните его так или выберите файл снова.
paste-decoded = Текст пришёл в кодировке { $encoding } и переведён в UTF-8.
paste-decoded-lossy = То, что в нём не удалось прочитать, заменено на �.

delete = Удалить
delete-title = Удалить: { $title }
delete-ask = Удалить навсегда?
delete-confirm = Да, удалить
delete-done = Удалено: { $title }

keys-title = Клавиши
keys-new = Новая запись
keys-copy-to-new = Новая запись из этого текста
keys-raw = Исходный текст
keys-copy = Копировать текст
keys-copy-link = Копировать ссылку
keys-download = Скачать
keys-wrap = Перенос длинных строк
keys-qr = QR-код
keys-find = Поиск в тексте
keys-find-next = Следующее найденное
keys-find-previous = Предыдущее найденное
keys-help = Этот список
keys-lines = Щелчок по номеру отмечает строку, с Shift — несколько; «Копировать ссылку» тогда ведёт к ним.
dialog-close = Закрыть

view-mode-label = Как читать
view-mode-source = Текст
view-mode-ansi = Цвета терминала
view-mode-diff = Изменения
view-mode-rendered = Оформленный
view-mode-table = Таблица
view-mode-pretty = С отступами

table-row = Строка
table-cut = сокращено
table-more = Ещё строки
table-wider = Показаны только первые { $columns } столбцов.
markdown-plain = Этот текст слишком длинный, чтобы показать его оформленным.
markdown-code = Код
markdown-table = Таблица
markdown-notes = Сноски
markdown-back = Назад к тексту
markdown-done = Сделано
markdown-to-do = Надо сделать
markdown-note = Примечание
markdown-tip = Совет
markdown-important = Важно
markdown-warning = Внимание
markdown-caution = Осторожно
pretty-bad = Это не JSON, который можно записать с отступами. Строка { $line }, позиция { $column }:

syntax-title = Синтаксис
syntax-change = Показать в другом синтаксисе
syntax-none = Такого синтаксиса нет.
syntax-guessed = (определён)

embed-whole = Весь текст
embed-title = Показать на другой странице
embed-hint = Добавьте к адресу ?theme=light или ?theme=dark для одного вида, ?lines=3-9 — чтобы отметить строки.

find-title = Поиск в тексте
find-label = Поиск в тексте; :12 — переход к строке 12
find-placeholder = Найти или :строка
find-submit = Найти
find-results = Что нашлось
find-of = { $hit } из { $count }
find-previous = Назад
find-next = Дальше
find-line = Перейти к строке { $line }
find-count = { $count ->
    [0] Ничего не найдено.
    [one] Найдено в { $shown } строке.
    [few] Найдено в { $shown } строках.
   *[other] Найдено в { $shown } строках.
}

# Списки

profile-title = Мои записи
profile-totals = { $pastes }, { $size }
profile-empty = Здесь пока пусто
profile-empty-hint = Здесь будет всё, что вы сохраните после входа: видно, что скоро исчезнет, и любую запись можно удалить.
profile-empty-action = Создать первую
recent-title = Недавние
recent-hint = Открытые записи, сначала новые
recent-empty = Открытых записей пока нет
recent-empty-hint = Записи, сохранённые как открытые, видны здесь всем.
recent-empty-action = Создать запись
column-title = Название
column-syntax = Синтаксис
column-size = Размер
column-made = Создана
column-left = Срок
column-visibility = Доступ
column-actions = Действия
left-never = Хранится вечно
more = Показать ещё
more-done = Добавлено: { $rows }

# Учётные записи

log-in-title = Вход
log-in-submit = Войти
log-in-other = Ещё нет учётной записи?
log-in-other-link = Зарегистрироваться
register-title = Регистрация
register-intro = С учётной записью ваши тексты собраны в одном списке, и их можно удалять.
register-submit = Создать учётную запись
register-other = Уже есть учётная запись?
register-other-link = Войти
account-email = Почта
account-password = Пароль
account-password-hint = Не меньше { $min } знаков. Хорошо подходят несколько слов подряд.
account-show = Показать
account-show-label = Показать пароль
strength-0 = Очень легко угадать
strength-1 = Легко угадать
strength-2 = Почти: добавьте ещё слово
strength-3 = Хороший
strength-4 = Очень хороший

# Ошибки

problem-not-found = Здесь ничего нет
problem-not-found-what = По этой ссылке нечего прочитать: запись исчезла по сроку, удалена, или в адресе ошибка.
problem-not-found-do = Проверьте адрес или попросите новую ссылку у того, кто её прислал.
problem-bad-request = Запрос не удалось понять
problem-bad-request-what = Что-то в адресе или форме не так, как ожидает сайт.
problem-bad-request-do = Вернитесь и попробуйте ещё раз.
problem-unauthorized = Вас здесь не узнали
problem-unauthorized-what = Токена нет, он неизвестен, истёк или отозван.
problem-unauthorized-do = Токен доступа создаётся в настройках; токен записи приходит при её сохранении.
problem-forbidden = Этому токену нельзя
problem-forbidden-what = У него нет права { $scope }.
problem-forbidden-do = Создайте в настройках токен с этим правом.
problem-cross-site = Запрос пришёл с другого сайта
problem-cross-site-what = Для вашей защиты формы принимаются только с собственных страниц этого сайта.
problem-cross-site-do = Откройте страницу здесь и попробуйте ещё раз.
problem-misdirected = Сайт не знает такого имени
problem-misdirected-what = В адресе указано имя, по которому этот сайт не отвечает: так он защищает вас от страниц, которые выдают себя за него.
problem-misdirected-do = Проверьте адрес. Если это ваш сайт, задайте в PUBLIC_URL адрес, которым пользуются посетители.
problem-method = Здесь так нельзя
problem-method-what = Адрес есть, но такие запросы он не принимает.
problem-method-do = Вернитесь и воспользуйтесь кнопками на странице.
problem-stalled = Отправка шла слишком медленно
problem-stalled-what = Слишком долго не приходило ничего или приходило слишком мало, и ничего не сохранено.
problem-stalled-do = Проверьте соединение и попробуйте ещё раз.
problem-too-large = Текст слишком длинный
problem-too-large-what = Сайт принимает тексты размером до { $limit }.
problem-too-large-do = Сократите его или разделите на несколько записей.
problem-invalid = Форму не удалось принять
problem-invalid-do = Вернитесь, исправьте и попробуйте ещё раз.
problem-too-many = Слишком много запросов
problem-too-many-what = Вы или кто-то с вашим адресом отправили слишком много за короткое время.
problem-too-many-do = Попробуйте ещё раз { $left }.
problem-too-much-what = Вы или кто-то с вашим адресом отправили слишком много сразу. Ничего не сохранено.
problem-too-much-do = Попробуйте ещё раз, когда закончится то, что уже идёт.
problem-internal = У нас что-то сломалось
problem-internal-what = Это не ваша вина. Подробности записаны в журнале под номером { $id }.
problem-internal-do = Попробуйте ещё раз; если не поможет, пришлите нам этот номер.
problem-unavailable = Сайт на минуту занят
problem-unavailable-what = Одна из его частей сейчас не отвечает.
problem-unavailable-do = Попробуйте ещё раз через минуту.
problem-full = Для новых текстов нет места
problem-full-what = Сейчас сайт больше ничего не может сохранить. Новое не сохранено; то, что уже есть, можно читать и удалять.
problem-full-do = Попробуйте позже.
problem-busy-what = От него сразу хотят больше, чем он может. Ничего не сохранено.
problem-busy-do = Попробуйте ещё раз через несколько секунд.
problem-kept = Обновите эту страницу, чтобы отправить написанное ещё раз. Или вернитесь назад: в большинстве браузеров оно осталось в форме.
problem-request = Номер этого запроса: { $id }
problem-logged-out = Вы вышли
problem-logged-out-what = Сеанс закончился, поэтому ничего не изменилось.
problem-logged-out-do = Войдите и попробуйте снова.
problem-gone = Этого уже нет
problem-gone-what = Срок истёк, или это уже удалено, или это не ваше. Сейчас ничего не изменилось.
problem-gone-do = В списке видно, что осталось.
problem-in-form = Написанное осталось в этой форме. Сохраните его отсюда ещё раз.
error-session-ended = Вы вышли, и ничего не сохранено. Войдите в другой вкладке и нажмите «Сохранить» ещё раз или сохраните текст без учётной записи.
error-account-changed = Вы вошли под другой учётной записью, и ничего не сохранено. Нажмите «Сохранить» ещё раз, чтобы сохранить текст там.
new-log-in = Войти в новой вкладке
new-anonymously = Сохранить без учётной записи
problem-home = Новая запись

# Числа и время; сроки стоят в винительном падеже: «через 1 минуту»

count-pastes = { $count ->
    [one] { $shown } запись
    [few] { $shown } записи
   *[other] { $shown } записей
}
count-files = { $count ->
    [one] { $shown } файл
    [few] { $shown } файла
   *[other] { $shown } файлов
}
count-added = { $count ->
    [one] { $shown } строка добавлена
    [few] { $shown } строки добавлены
   *[other] { $shown } строк добавлено
}
count-removed = { $count ->
    [one] { $shown } строка удалена
    [few] { $shown } строки удалены
   *[other] { $shown } строк удалено
}
count-lines = { $count ->
    [one] { $shown } строка
    [few] { $shown } строки
   *[other] { $shown } строк
}

units = Б КБ МБ ГБ
count-bytes = { $shown } Б
size-kb = { $shown } КБ
size-mb = { $shown } МБ
size-gb = { $shown } ГБ
span-years = { $count ->
    [one] { $shown } год
    [few] { $shown } года
   *[other] { $shown } лет
}
span-days = { $count ->
    [one] { $shown } день
    [few] { $shown } дня
   *[other] { $shown } дней
}
span-hours = { $count ->
    [one] { $shown } час
    [few] { $shown } часа
   *[other] { $shown } часов
}
span-minutes = { $count ->
    [one] { $shown } минуту
    [few] { $shown } минуты
   *[other] { $shown } минут
}
span-seconds = { $count ->
    [one] { $shown } секунду
    [few] { $shown } секунды
   *[other] { $shown } секунд
}
span-in = через { $span }
date = { $day } { $month } { $year } UTC
date-time = { $day } { $month } { $year }, { $time } UTC
month-1 = января
month-2 = февраля
month-3 = марта
month-4 = апреля
month-5 = мая
month-6 = июня
month-7 = июля
month-8 = августа
month-9 = сентября
month-10 = октября
month-11 = ноября
month-12 = декабря

# API
api-title = API
api-intro = Всё, что сайт делает с текстом, — для программ: на входе и выходе JSON, токены вместо cookie.
api-document = документ OpenAPI
api-start = С чего начать
api-start-save = Сохраните текст; в ответе будут ссылка и токен, который его удалит:
api-start-token = С токеном доступа записи становятся вашими, и их можно перечислить. Создать токен можно здесь:
api-start-plain = Без JSON: всё, что отправит curl, станет записью, а ответом будет ссылка.
api-operations = Операции
api-access = Кому можно:
api-access-anybody = всем
api-access-token = с токеном доступа и правом { $scopes }
api-access-delete-token = у кого есть Delete-Token записи
api-parameters = Параметры
api-body = Тело: { $media }
api-answers = Ответы
api-problems = Ошибки
api-problems-intro = Что пошло не так, сказано по RFC 9457 (problem details), с одним из этих типов:

# Настройки: токены доступа
settings-title = Настройки
tokens-title = Токены доступа
tokens-intro = Токен позволяет программе действовать от вашего имени без пароля. Создайте по токену для каждой программы, с правами не больше нужных.
tokens-api = Что могут программы: API
token-column-name = Название
token-column-scopes = Права
token-column-used = Последний раз
token-column-expires = Истекает
token-unused = Не использовался
token-over = Истёк
token-lasting = Бессрочно
token-revoke = Отозвать
token-revoke-title = Отозвать { $name }
token-revoke-ask = Отключить навсегда?
token-revoke-confirm = Да, отозвать
token-revoked = Отозван: { $name }
token-made = Ваш новый токен
token-label = Токен
token-copy = Скопировать
token-copied = Токен скопирован
token-once = Скопируйте его сейчас: больше он не появится. У кого он есть, тот может всё, что он разрешает.
token-new = Новый токен
token-name = Название
token-name-example = ноутбук
token-scopes = Что ему можно
token-lifetime = Срок действия
token-make = Создать токен
scope-read = Перечислять ваши записи, читать личные
scope-write = Сохранять записи от вашего имени, менять их
scope-delete = Удалять ваши записи
lifetime-months = 3 месяца
flash-logged-out-here = В этом браузере вы вышли. База данных не отвечает, поэтому сам сеанс ещё продолжается: он закончится не позже чем через 30 дней. Чтобы закончить его раньше, войдите позже снова и выберите «Выйти везде» в настройках.
sessions-title = Сеансы
sessions-intro = Вход действует 30 дней в каждом браузере. Эта кнопка завершает его во всех. Токены доступа остаются.
sessions-end = Выйти везде
flash-revoked = Токен отозван.
error-token-name-empty = Дайте ему название, чтобы узнавать его.
error-token-name-long = В названии может быть не больше { $max } знаков.
error-token-without-scope = Выберите хотя бы одно.
error-too-many-tokens = У вас уже { $max } токенов. Отзовите ненужный.
